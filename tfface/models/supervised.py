"""One output of a model, and what judges it."""

from .. import functional as F
from . import _check
from .shares import check_reduction, share, weighted_parts


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
        check_reduction(loss, where)
        for part, _ in weighted_parts(loss):
            _check.fit(part, self.head, where)
        self.state.create(loss.state(self._sizes))

    def judge_by(self, loss):
        """Takes a prepared loss, or None."""
        self._reduction = loss and loss.reduction
        prefix = f"{self.layer}/" if self.layer else ""
        self._parts = {f"{prefix}{part.name}": (part, weight) for part, weight in weighted_parts(loss)}

    @property
    def names(self):
        """What the parts of the loss are called in the logs."""
        return list(self._parts)

    @property
    def takes(self):
        """Whether a step has to `take` class weights."""
        classes = any(part.kind == "class" for part, _ in self._parts.values())
        return classes and self.head.takes

    def take(self, y):
        """The class weights of a training step."""
        return self.head.take(F.class_ids(y, self.head.num_classes))

    def judge(self, features, y, sample_weight, training, taken=None):
        """This replica's share of each part of the global loss, by name; scores (None if no loss needs any); labels."""
        state = self.state.read()
        scores, labels, new_state, shares = None, None, {}, {}
        for name, (part, weight) in self._parts.items():
            if part.kind == "class":
                ids = F.class_ids(y, self.head.num_classes)
                losses, changed, scores, labels = self.head.supervise(features, ids, part, state, training, taken)
            else:
                ids = part.read_labels(y)
                losses, changed = part.embedding_losses(ids, F.numerics.as_float32(features), state)
                labels = ids if labels is None else labels
            shares[name] = weight * share(losses, sample_weight, self._reduction)
            new_state.update(changed)
        if training:
            self.state.assign(new_state)
        return shares, scores, labels
