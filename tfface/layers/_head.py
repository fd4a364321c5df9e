"""What all heads share: class weights, and the engine that evaluates a loss on them."""

import tensorflow as tf
from tensorflow import keras

from .. import functional as F
from .._check import whole
from ..functional.margin import NORM, WEIGHT_NORM
from . import engines, tables
from .engines.engine import Supervision, Taken


class Head(keras.layers.Layer):
    """Base of the heads: embeddings (B, D) in, scores (B, C) out, always in float32.

    Labels never enter `call`: a head called on embeddings is inference. Training goes through `supervise`, where the
    engine decides which scores are ever computed.
    """

    inputs: str  # "cosine" or "dot": what the scores are
    sub_centers = 1  # rows of the class weights a class

    def __init__(
        self,
        num_classes,
        engine="dense",
        sample_rate=1.0,
        seed=0,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ):
        # Under a mixed policy the backbone computes in float16; the head and the loss do not.
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.num_classes = whole("num_classes", num_classes, 1)
        self.engine = engine
        self.sample_rate = sample_rate
        self.seed = seed
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self._engine = engines.get(engine, sample_rate, seed)

    @property
    def tables(self):
        """The Keras weights with rows for the classes, a tuple; of a sharded head, each replica has its own share."""
        raise NotImplementedError

    def add_table(self, name, shape, initializer):
        """Makes one of the `tables`, as the engine wants it."""
        return self._engine.add_weight(self, name, shape, tables.drawn(initializer))

    def add_like(self, table, owner, name):
        """Makes zeros with the rows of one of the `tables`, in that owner of weights."""
        return self._engine.add_like(self, table, owner, name)

    def class_weights(self):
        """The weights of all classes, a tuple of tensors whose rows are the classes in order."""
        return self._engine.class_weights(self)

    @property
    def scoring(self):
        """What a loss that looks at some classes after the others, or at some of them, asks a head for."""
        return F.Scoring(self.prepare, self.known, self.scores, self.own_scores, self.weight_norms, self.num_classes)

    def prepare(self, embeddings):
        """What is scored of embeddings (B, D): for cosines, their directions."""
        raise NotImplementedError

    def known(self, weights):
        """What training computes of class weights once, for `scores`: a tuple of tensors whose rows are theirs."""
        return ()

    def scores(self, prepared, weights, known=None):
        """Scores (B, C) of what `prepare` gave under the `class_weights`, or (B, S) under those of some classes.

        `known` is what the method of that name gave, in training.
        """
        raise NotImplementedError

    def own_scores(self, prepared, weights, classes):
        """The score (B,) of each sample for the one class that is given with it, (B,)."""
        raise NotImplementedError

    def weight_norms(self, weights, classes=None):
        """‖W_j‖ (C,), or (S,) of the given class ids."""
        raise NotImplementedError

    def build(self, input_shape):
        self._engine.build(self)
        super().build(input_shape)

    def call(self, embeddings):
        return self._engine.scores(self, F.numerics.as_float32(embeddings))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.num_classes)

    @property
    def takes(self):
        """Whether the engine takes out the weights that are trained; otherwise Keras trains them."""
        return self._engine.takes

    def take(self, labels) -> Taken:
        """The class weights of a training step, which `supervise` is given and a `RowOptimizer` updates.

        Args:
            labels: (B,) class ids.
        """
        return self._engine.take(self, labels)

    def take_rows(self, classes):
        """Of this replica's tables the weights of some classes (S,), a tuple of tensors, and which rows those are."""
        rows = self.rows(classes)
        return tuple(tf.gather(tables.local(table), rows) for table in self.tables), rows

    def rows(self, classes):
        """The rows (S·K,) of the tables that belong to some classes (S,)."""
        return tf.reshape(classes[:, tf.newaxis] * self.sub_centers + tf.range(self.sub_centers), [-1])

    def supervise(self, embeddings, labels, loss, state, training, taken=None) -> Supervision:
        """Evaluates a class loss.

        Args:
            embeddings: (B, D).
            labels: (B,) class ids.
            loss: a `ClassLoss`.
            state: the loss's weights by name.
            training: whether the state advances.
            taken: in training, what `take` gave.
        """
        return self._engine.supervise(self, F.numerics.as_float32(embeddings), labels, loss, state, training, taken)

    def judge(self, embeddings, labels, loss, state, training, weights=None, classes=None) -> Supervision:
        """Scores embeddings against class weights, those of all classes or of the given ids (S,), for a class loss.

        Labels are columns of the scores.
        """
        needs, weights = loss.rule.needs, self.class_weights() if weights is None else weights
        scores = self.scores(self.prepare(loss.rule.prepare(embeddings)), weights, self.known(weights))
        norm = F.norm(embeddings) if NORM in needs else None
        weight_norm = self.weight_norms(weights) if WEIGHT_NORM in needs else None
        size = int(embeddings.shape[-1])
        scored = F.Scored(scores, labels, self.num_classes, norm, weight_norm, classes, size)
        losses, new_state = loss.class_losses(scored, state, training)
        return Supervision(losses, new_state, scores, labels)

    @property
    def classes_a_step(self):
        """How many classes a training step looks at."""
        return self._engine.classes_a_step(self.num_classes)

    def save_own_variables(self, store):
        tables.save(store, self.weights, self.num_classes)

    def load_own_variables(self, store):
        tables.load(store, self.weights, self.num_classes)

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "engine": self.engine,
            "sample_rate": self.sample_rate,
            "seed": self.seed,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
