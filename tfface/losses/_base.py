"""What all losses share: names, configs, sums and scalings, and the two kinds (class and embedding)."""

import inspect

from tensorflow import keras

from .. import functional as F
from .._compat import deserialize, serialize
from ..functional.margin import WEIGHT_NORM
from . import _check

# Of any model: they decide what weights a loss has, not whether it has some.
_SOME_SIZES = F.Sizes(embedding=8, classes=8, scored=8)


class FaceLoss(keras.losses.Loss):
    """Base of every loss. A loss holds only its arguments; state that changes in training belongs to the model.

    A subclass stores each argument of its `__init__` in an attribute of the same name; the config follows from that.
    """

    registry_name: str
    kind: str  # "class", "embedding", "two_view" or "joint"
    # Arguments of a base that the class itself decides.
    settled: tuple[str, ...] = ()

    def __init__(self, **kwargs):
        kwargs["name"] = kwargs.get("name") or self.registry_name
        super().__init__(**kwargs)

    def state(self, sizes: F.Sizes):
        """The weights (`StateSpec`) that a FaceModel keeps for this loss."""
        return ()

    @property
    def needs(self) -> str:
        """What the loss needs that only a FaceModel can give it; empty if it works in any Keras model."""
        return "weights of its own" if self.state(_SOME_SIZES) else ""

    def get_config(self):
        own = {name: getattr(self, name) for name in arguments_of(type(self))}
        objects = {name: serialize(value) for name, value in own.items() if hasattr(value, "get_config")}
        return {**super().get_config(), **own, **objects}

    @classmethod
    def from_config(cls, config):
        objects = {
            name: deserialize(value)
            for name, value in config.items()
            if isinstance(value, dict) and "class_name" in value
        }
        return super().from_config({**config, **objects})

    def __mul__(self, weight):
        from .joint import JointLoss

        return JointLoss([self], [weight])

    __rmul__ = __mul__

    def __add__(self, other):
        from .joint import JointLoss

        if not isinstance(other, FaceLoss):
            return NotImplemented
        return JointLoss([self], [1.0]) + other

    def __repr__(self):
        arguments = ", ".join(f"{name}={getattr(self, name)!r}" for name in arguments_of(type(self)))
        return f"{type(self).__name__}({arguments})"


class ClassLoss(FaceLoss):
    """A loss on the scores of a head: softmax over a margin's logits.

    Args:
        label_smoothing: ε in [0, 1), the part of the target distribution spread evenly over all classes.
        filter_above: scores of other classes above this value are ignored (two identities that are one person).
    """

    kind = "class"

    def __init__(self, label_smoothing=0.0, filter_above=None, **kwargs):
        super().__init__(**kwargs)
        self.label_smoothing = _check.number("label_smoothing", label_smoothing, 0.0, 1.0, below=True)
        self.filter_above = None if filter_above is None else _check.number("filter_above", filter_above)

    @property
    def rule(self) -> F.Margin:
        """The margin as pure tensor math, which any head engine can run."""
        raise NotImplementedError

    @property
    def criterion(self) -> F.Criterion:
        """The margin and what this loss adds to it."""
        return F.Criterion(self.rule, self.label_smoothing, self.filter_above)

    @property
    def inputs(self):
        """What the scores are: "cosine" (CosineHead) or "dot" (LinearHead)."""
        return self.rule.inputs

    def state(self, sizes):
        return self.rule.state(sizes)

    @property
    def needs(self):
        return " and ".join(self.rule.needs) or super().needs

    def call(self, y_true, y_pred):
        """Losses (B,) from labels and scores (B, C), in any Keras model."""
        if self.needs:
            head = f"{_check.HEADS[self.inputs]}(num_classes{', use_bias=False' * (WEIGHT_NORM in self.rule.needs)})"
            raise ValueError(
                f"{type(self).__name__} needs {self.needs}, which a plain Keras model cannot give it; write instead:\n"
                f"    model = tfface.FaceModel(backbone, tfface.layers.{head})\n"
                f"    model.compile(optimizer, loss=tfface.{type(self).__name__}(...))"
            )
        scores = F.numerics.as_float32(y_pred)
        _check.scores(self, scores)
        labels = F.class_ids(y_true, scores.shape[-1])
        return self.class_losses(F.Scored(scores, labels, scores.shape[-1]))[0]

    def class_losses(self, scored: F.Scored, state=None, training=False):
        """Losses (B,) and the new state, from what a head hands over."""
        return F.margin_loss(scored, self.criterion, state, training)


class EmbeddingLoss(FaceLoss):
    """A loss on labels and embeddings."""

    kind = "embedding"
    # What a message tells to write where a FaceModel is needed: its arguments, and the loss.
    instead = ("backbone, tfface.layers.LinearHead(num_classes)", "tfface.Softmax() + 0.003 * tfface.{}(...)")

    def call(self, y_true, y_pred):
        """Losses (B,) from labels and embeddings (B, D), in any Keras model."""
        if self.needs:
            model, loss = self.instead
            raise ValueError(
                f"{type(self).__name__} needs {self.needs}, which a plain Keras model cannot give it; "
                "write instead:\n"
                f"    model = tfface.FaceModel({model})\n"
                f"    model.compile(optimizer, loss={loss.format(type(self).__name__)})"
            )
        return self.embedding_losses(self.read_labels(y_true), F.numerics.as_float32(y_pred), {})[0]

    def read_labels(self, y_true):
        """Class ids from labels as Keras gives them."""
        return F.class_ids(y_true)

    def embedding_losses(self, labels, embeddings, state):
        """Losses (B,), whose mean over the global batch is the loss, and the new state."""
        raise NotImplementedError


def arguments_of(cls) -> dict:
    """The arguments of a loss class and its bases with their defaults, up to Keras' own."""
    found = {}
    for base in cls.__mro__[: cls.__mro__.index(FaceLoss)]:
        for parameter in inspect.signature(base.__init__).parameters.values():
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and parameter.name not in ("self", *cls.settled):
                found.setdefault(parameter.name, parameter.default)
    return found
