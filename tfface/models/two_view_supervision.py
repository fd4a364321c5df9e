"""The supervision of a TwoViewModel: which network's outputs a loss is given, and the weights of that loss."""

import logging

import tensorflow as tf

from .. import functional as F
from .. import losses as losses_module
from ..functional import replicas
from . import _check_two_view as _check
from .shares import check_reduction, share, weighted_parts
from .two_view_networks import Passes

_logger = logging.getLogger("tfface")
# Images that nobody labelled are identities of their own; a memory meets those of the last steps too.
_STEPS, _IMAGES = 2**14, 2**16


class TwoViewSupervision:
    """Judges batches of two views, with labels where the loss wants them.

    A plain object, as the model itself owns the networks and the weights.

    Args:
        networks: those of the model.
        head: on the embeddings, for losses on classes; or None.
        sizes: of embeddings and projections, (D, P).
        state: the `LossState` that holds the loss's weights.
    """

    def __init__(self, networks, head, sizes, state):
        self.state = state
        self._networks, self._head, self._sizes = networks, head, sizes
        self._reduction = None
        self._parts = {}
        self._told = False

    def prepare(self, loss):
        """The loss, after making the weights that it needs.

        Raises:
            ValueError: the loss cannot be used here, or with these networks.
        """
        if loss is None:
            return None
        loss = losses_module.get(loss)
        check_reduction(loss)
        parts = [part for part, _ in weighted_parts(loss)]
        _check.head_for(parts, self._head)
        _check.networks_for(parts, self._networks)
        _check.wide_enough(parts, *self._sizes)
        for part in parts:
            self.state.create(part.state(self._sizes_of(part)))
        return loss

    def _sizes_of(self, part):
        embedding, projection = self._sizes
        if part.kind != "class":
            return F.Sizes(projection)
        return F.Sizes(embedding, self._head.num_classes, self._head.classes_a_step)

    def judge_by(self, loss):
        """Takes a prepared loss, or None."""
        self._reduction = loss and loss.reduction
        self._parts = {part.name: (part, weight) for part, weight in weighted_parts(loss)}

    @property
    def names(self):
        """What the parts of the loss are called in the logs."""
        return list(self._parts)

    def judge(self, x, y, sample_weight, training):
        """This replica's share of each part of the global loss, by name; embeddings of a view; labels."""
        views = _check.views(x, y)
        parts = [part for part, _ in self._parts.values()]
        self._tell_of_labels(parts, y)
        passes = Passes(self._networks, views, all(_together(part) for part in parts), training)
        state, new_state, shares = self.state.read(), {}, {}
        for name, (part, weight) in self._parts.items():
            if part.kind == "class":
                losses, changed = self._class_losses(part, passes, y, state, training)
            else:
                losses, changed = _losses(part, passes, y, state)
            weights = sample_weight if part.kind == "two_view" or sample_weight is None else tf.repeat(sample_weight, 2)
            shares[name] = weight * share(losses, weights, self._reduction)
            new_state.update(changed)
        if training:
            self.state.assign(new_state)
        return shares, passes.embedding(1), y

    def _class_losses(self, part, passes, y, state, training):
        """Losses (2 B,) of both views' embeddings; those of images labelled -1 are 0 and count for nothing."""
        if y is None:
            raise ValueError(f"{type(part).__name__}: expected labels beside the views, -1 where there is none")
        labels = tf.repeat(F.class_ids(y, self._head.num_classes), 2)
        judged = self._head.supervise(_side_by_side(passes.embedding), labels, part, state, training)
        return judged.losses, judged.state

    def _tell_of_labels(self, parts, y):
        if y is not None and not self._told and all(part.kind == "two_view" for part in parts):
            self._told = True
            _logger.warning("%s takes no labels: those given are ignored", " + ".join(type(p).__name__ for p in parts))


def _together(part):
    """Losses on labels see one batch of twice the images, as SupCon does."""
    return part.together if part.kind == "two_view" else True


def _losses(part, passes, y, state):
    """Losses (B,) of a part, or (2 B,) of one that takes labels, and the new state."""
    if part.kind != "two_view":
        both = _side_by_side(passes.projection)
        labels = _own_identities(tf.shape(both)[0] // 2, state) if y is None else part.read_labels(y)
        return part.embedding_losses(tf.repeat(labels, 2), F.numerics.as_float32(both), state)
    if part.predicts:
        targets = tf.stack([passes.projection(view, part.slow_targets) for view in (0, 1)], axis=1)
        return part.view_losses(targets, tf.stack([passes.prediction(0), passes.prediction(1)], axis=1), state)
    return part.view_losses(passes.projection(0, part.slow_targets), passes.projection(1), state)


def _side_by_side(output):
    """Both views' vectors (2 B, D), an image's together, so that their order does not depend on the replicas."""
    both = tf.stack([output(0), output(1)], axis=1)
    return tf.reshape(both, [-1, both.shape[-1]])


def _own_identities(images, state):
    step = tf.cast(state.get("memory_steps", 0), tf.int32)
    return step % _STEPS * _IMAGES + replicas.own_rows(images)
