"""The weights of losses: centres, running statistics, steps. They belong to the model."""

from tensorflow import keras

from .._compat import replicated
from ..functional import StateSpec


class LossState(keras.layers.Layer):
    """Holds what a loss changes in training, so that it is saved, restored and mirrored with the model.

    A model makes this layer at once and never calls it: Keras seals a layer in `build`, so `compile` may still add
    weights for the loss it is given.
    """

    def __init__(self, specs=(), **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        # Keras 3 takes a model with an unbuilt layer through a build of its own, which costs a batch of every fit.
        self.built = True
        self._specs: dict[str, StateSpec] = {}
        self._values = {}
        self.create(specs)

    def create(self, specs):
        """Adds the weights that are not there yet; those that are keep their values."""
        for spec in specs:
            known = self._specs.get(spec.name, spec)
            if known.shape != spec.shape:
                raise ValueError(
                    f"the loss's weight {spec.name!r}: this model holds one of shape {known.shape}, "
                    f"the new loss expects {spec.shape}; make a new FaceModel from the backbone"
                )
        for spec in specs:
            if spec.name not in self._specs:
                self._specs[spec.name] = spec
                self._values[spec.name] = self._make(spec)

    def _make(self, spec):
        initializer = spec.initial
        if not isinstance(initializer, str):
            initializer = keras.initializers.Constant(initializer)
        if spec.trainable:
            return self.add_weight(name=spec.name, shape=spec.shape, initializer=initializer, dtype=spec.dtype)
        return replicated(self, spec.name, spec.shape, initializer, spec.dtype)

    def read(self) -> dict:
        """The values by name."""
        return dict(self._values)

    def assign(self, new: dict):
        """Takes over new values by name."""
        for name, value in new.items():
            self._values[name].assign(value)

    def specs(self) -> list[StateSpec]:
        """What the layer holds, for the model's config."""
        return list(self._specs.values())

    def config(self) -> list[list]:
        """What `specs_of` makes the specifications again from."""
        return [list(spec[:-1]) for spec in self.specs()]  # all but `moved_by`


def specs_of(config) -> list[StateSpec]:
    """The specifications that `LossState.config` wrote down."""
    return [StateSpec(name, tuple(shape), *rest) for name, shape, *rest in config]
