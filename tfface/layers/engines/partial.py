"""Partial FC: the batch's own classes plus a random sample of the others (An et al. 2022, arXiv 2203.15565)."""

import tensorflow as tf

from ...functional import replicas
from .engine import Engine, Taken
from .sample import Sample


class PartialEngine(Engine):
    """Evaluates the loss on a sample of the classes.

    Only the sampled rows of the class weights are read, differentiated and updated, and only those of the optimiser's
    slots: every replica has all of them, and updates its own in the same way. Outside training all classes are scored.

    Args:
        sample_rate: share of the classes in a sample, in (0, 1].
        seed: of the draws.
    """

    takes = True

    def __init__(self, sample_rate, seed):
        self._sample = Sample(sample_rate, seed)

    def add_weight(self, head, name, shape, initializer):
        return head.add_weight(name=name, shape=shape, initializer=initializer, trainable=False)

    def build(self, head):
        self._sample.build(head)

    def classes_a_step(self, num_classes):
        return self._sample.size(num_classes)

    def take(self, head, labels):
        everyones = replicas.gather(labels)
        classes, columns = self._sample.draw(everyones, head.num_classes, replicas.most_rows(labels))
        own = tf.gather(columns, replicas.own_rows(tf.shape(labels)[0]))
        return Taken(*head.take_rows(classes), own, classes)

    def supervise(self, head, embeddings, labels, loss, state, training, taken):
        if taken is None:
            return head.judge(embeddings, labels, loss, state, training)
        return head.judge(embeddings, taken.columns, loss, state, training, taken.weights, taken.classes)
