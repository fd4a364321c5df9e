"""What a head engine is asked for, and what it gives back."""

from typing import NamedTuple

import tensorflow as tf


class Supervision(NamedTuple):
    """What a head makes of a batch in training."""

    losses: tf.Tensor  # (B,), their mean over the global batch is the loss
    state: dict  # new values of the loss's weights
    scores: tf.Tensor  # (B, C or fewer) what the engine looked at, for the metrics
    labels: tf.Tensor  # (B,) class ids among these scores


class Taken(NamedTuple):
    """Class weights that take part in a training step, taken out of the head by an engine that updates them itself."""

    weights: tuple  # tensors, one for each of the head's tables
    rows: tf.Tensor | None  # (S·K,) which rows of the tables they are; None: all that this replica has
    columns: tf.Tensor  # (B,) or (global B,): which of these classes is the sample's own; negative where none is
    classes: tf.Tensor  # (S,) class ids
    is_share: bool = False  # whether other replicas have the other classes


class Engine:
    """Base of the engines. Unless an engine says otherwise, Keras trains the class weights."""

    takes = False  # whether `take` gives the weights that are trained

    def add_weight(self, head, name, shape, initializer):
        """Makes a weight with rows for each class."""
        return head.add_weight(name=name, shape=shape, initializer=initializer)

    def build(self, head):
        """Makes what the engine keeps of its own."""

    def classes_a_step(self, num_classes):
        """How many classes a training step looks at."""
        return num_classes

    def add_like(self, head, table, owner, name):
        """Makes zeros with the rows of a table, for a slot of an optimiser, in that owner of weights."""
        return owner.add_weight(name, tuple(table.shape))

    def take(self, head, labels) -> Taken:
        """The class weights of a training step, where the engine `takes` them.

        Args:
            head: the head.
            labels: (B,) class ids of this replica's batch.
        """
        raise NotImplementedError

    def class_weights(self, head):
        """All weights of the head, a tuple of tensors whose rows are the classes in order."""
        return tuple(tf.convert_to_tensor(table) for table in head.tables)

    def scores(self, head, embeddings):
        """Scores (B, C) of inference."""
        return head.scores(head.prepare(embeddings), self.class_weights(head))

    def supervise(self, head, embeddings, labels, loss, state, training, taken) -> Supervision:
        """Evaluates a class loss; `taken` is what `take` gave in training, otherwise None."""
        raise NotImplementedError
