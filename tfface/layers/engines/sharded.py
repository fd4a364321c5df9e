"""The sharded engine: every replica has a share of the classes, and scores the whole batch against it."""

import tensorflow as tf

from ... import functional as F
from ...functional import replicas
from ...functional.labels import IGNORED
from .. import tables
from .engine import Engine, Supervision, Taken
from .sample import Sample


class ShardedEngine(Engine):
    """Evaluates the exact loss of all classes, or of a sample of each share, with the classes split over the replicas.

    Embeddings and a few numbers a sample travel between the replicas; class weights, their gradients and the
    optimiser's slots never do. The metrics see two scores a sample: that of its own class, as class 0, and the best of
    the others.

    Args:
        sample_rate: share of the classes in a sample, in (0, 1]; 1 for all of them.
        seed: of the draws.
    """

    takes = True

    def __init__(self, sample_rate, seed):
        self._sample = Sample(sample_rate, seed)

    def add_weight(self, head, name, shape, initializer):
        return tables.add_shared(head, name, shape, head.num_classes, initializer)

    def add_like(self, head, table, owner, name):
        rows = head.num_classes * head.sub_centers
        return tables.add_shared(owner, name, (rows, *table.shape[1:]), head.num_classes)

    def build(self, head):
        self._sample.build(head)

    def classes_a_step(self, num_classes):
        return self._sample.size(num_classes)

    def take(self, head, labels):
        if self._sample.rate == 1.0:
            return self._all(head, labels)
        first, count = tables.share(head.num_classes)
        sample, columns = self._sample.draw(_own(labels, first, count), count, replicas.most_rows(labels), share=first)
        return Taken(*head.take_rows(sample), columns, first + sample, is_share=True)

    def _all(self, head, labels):
        first, count = tables.share(head.num_classes)
        return Taken(_share(head), None, _own(labels, first, count), first + tf.range(count), is_share=True)

    def supervise(self, head, embeddings, labels, loss, state, training, taken):
        taken = taken or self._all(head, labels)
        weights = _of_classes(head, taken.weights, taken.classes.shape[0])
        judge = F.ShardedLoss(loss.criterion, head.scoring, labels, taken.columns, taken.classes, training)
        losses, new_state, scores = judge(embeddings, weights, state)
        return Supervision(losses, new_state, scores, tf.where(labels == IGNORED, IGNORED, 0))

    def class_weights(self, head):
        return tuple(tf.constant(tables.whole(table, head.num_classes)) for table in head.tables)

    def scores(self, head, embeddings):
        if not all(map(tables.in_its_replica, head.tables)):
            return super().scores(head, embeddings)
        count = tables.share(head.num_classes)[1]
        scores = head.scores(head.prepare(replicas.gather(embeddings)), _of_classes(head, _share(head), count))
        rows = replicas.own_rows(tf.shape(embeddings)[0])
        return tf.gather(tf.transpose(replicas.gather(tf.transpose(scores))), rows)


def _share(head):
    """All that this replica has of the head's tables."""
    return tuple(tf.convert_to_tensor(tables.local(table)) for table in head.tables)


def _of_classes(head, weights, count):
    """Without the last rows of a smaller share, which are of no class."""
    return tuple(weight[: count * head.sub_centers] for weight in weights)


def _own(labels, first, count):
    """Which class of a share the own class of each sample of the global batch is, (global B,); -1 for none of them."""
    own = replicas.gather(labels) - first
    return tf.where((own >= 0) & (own < count), own, -1)
