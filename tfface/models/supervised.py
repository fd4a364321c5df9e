"""One output of a model, and what judges it."""

import tensorflow as tf

from .. import functional as F
from ..functional import replicas
from . import _check


class Supervised:
    """The embeddings or a hidden layer's features: the head on them, the loss, and the weights of that loss.

    A plain object, as the model itself owns the head and the weights.

    Args:
        layer: name of the hidden layer; "" for the embeddings.
        size: D, of the features.
        head: a `CosineHead` or `LinearHead`, or None.
        state: the `LossState` that holds the loss's weights.
    """

    def __init__(self, layer, size, head, state):
        if head is not None and not head.built:
            head.build((None, size))
        self.layer = layer
        self.head = head
        self.state = state
        self._sizes = F.Sizes(size, *((head.num_classes, head.classes_a_step) if head else ()))
        self._reduction = None
        self._parts = {}

    def prepare(self, loss):
        """Makes the weights that a loss needs.

        Raises:
            ValueError: the loss cannot be used here.
        """
        where = f"{self.layer}: " if self.layer else ""
        if loss.reduction not in ("sum", "sum_over_batch_size", "auto"):
            raise ValueError(
                f"{where}reduction: expected 'sum' or 'sum_over_batch_size' in a FaceModel, received {loss.reduction!r}"
            )
        for part, _ in _weighted(loss):
            _check.fit(part, self.head, where)
        self.state.create(loss.state(self._sizes))

    def judge_by(self, loss):
        """Takes a prepared loss, or None."""
        self._reduction = loss and loss.reduction
        prefix = f"{self.layer}/" if self.layer else ""
        self._parts = {f"{prefix}{part.name}": (part, weight) for part, weight in _weighted(loss)}

    @property
    def names(self):
        """What the parts of the loss are called in the logs."""
        return list(self._parts)

    def judge(self, features, y, sample_weight, training):
        """This replica's share of each part of the global loss, by name; scores (None if no loss needs any); labels."""
        state = self.state.read()
        scores, labels, new_state, shares = None, None, {}, {}
        for name, (part, weight) in self._parts.items():
            if part.kind == "class":
                ids = F.class_ids(y, self.head.num_classes)
                losses, changed, scores, labels = self.head.supervise(features, ids, part, state, training)
            else:
                ids = part.read_labels(y)
                losses, changed = part.embedding_losses(ids, F.numerics.as_float32(features), state)
                labels = ids if labels is None else labels
            shares[name] = weight * self._share(losses, sample_weight)
            new_state.update(changed)
        if training:
            self.state.assign(new_state)
        return shares, scores, labels

    def _share(self, losses, sample_weight):
        """Σ over this replica's samples, divided by the size of the global batch where the loss is a mean."""
        if sample_weight is not None:
            losses *= tf.reshape(F.numerics.as_float32(sample_weight), tf.shape(losses))
        summed = tf.reduce_sum(losses)
        if self._reduction == "sum":
            return summed
        return summed / replicas.total(tf.cast(tf.shape(losses)[0], tf.float32))


def _weighted(loss):
    """The parts of a loss with their weights."""
    if loss is None:
        return []
    return zip(loss.losses, loss.weights, strict=True) if loss.kind == "joint" else [(loss, 1.0)]
