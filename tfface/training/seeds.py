"""The state of a model's random layers, which Keras does not save with the model."""

from contextlib import contextmanager

from tensorflow import keras

from .._compat import KERAS_3


@contextmanager
def readable():
    """Random layers made inside draw from generators of their own, where Keras 2 takes a state nobody can read."""
    if KERAS_3 or keras.backend.experimental.is_tf_random_generator_enabled():
        yield
        return
    keras.backend.experimental.enable_tf_random_generator()
    try:
        yield
    finally:
        keras.backend.experimental.disable_tf_random_generator()


def read(model) -> list[list[int]]:
    """The states, in the order of the model's layers."""
    return [variable.numpy().tolist() for variable in _states(model)]


def restore(model, states: list[list[int]]) -> None:
    """Sets the states that `read` gave."""
    for variable, state in zip(_states(model), states, strict=True):
        variable.assign(state)


def _states(model):
    if KERAS_3:
        return [variable for variable in model.variables if variable.name == "seed_generator_state"]
    of_layers = (getattr(layer, "_random_generator", None) for layer in model._flatten_layers())
    generators = (getattr(generator, "_generator", None) for generator in of_layers)
    return [generator.state for generator in generators if generator is not None]
