"""What all heads share: class weights, and the engine that evaluates a loss on them."""

from tensorflow import keras

from .. import functional as F
from .._check import whole
from ..functional.margin import NORM, WEIGHT_NORM
from . import engines
from .engines.supervision import Supervision


class Head(keras.layers.Layer):
    """Base of the heads: embeddings (B, D) in, scores (B, C) out, always in float32.

    Labels never enter `call`: a head called on embeddings is inference. Training goes through `supervise`, where the
    engine decides which scores are ever computed.
    """

    inputs: str  # "cosine" or "dot": what the scores are

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
        self._engine = engines.get(engine, self.num_classes, sample_rate, seed)

    def class_weights(self):
        """The weights, a tuple of tensors whose rows are the classes in order."""
        raise NotImplementedError

    def scores(self, embeddings, weights, classes=None):
        """Scores (B, C) of embeddings under the `class_weights`, or (B, S) of the given class ids (S,) only."""
        raise NotImplementedError

    def own_scores(self, embeddings, weights, classes):
        """The score (B,) of each embedding for the one class that is given with it, (B,)."""
        raise NotImplementedError

    def weight_norms(self, weights, classes=None):
        """‖W_j‖ (C,), or (S,) of the given class ids."""
        raise NotImplementedError

    def build(self, input_shape):
        self._engine.build(self)
        super().build(input_shape)

    def call(self, embeddings):
        return self.scores(F.numerics.as_float32(embeddings), self.class_weights())

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.num_classes)

    def supervise(self, embeddings, labels, loss, state, training) -> Supervision:
        """Evaluates a class loss.

        Args:
            embeddings: (B, D).
            labels: (B,) class ids.
            loss: a `ClassLoss`.
            state: the loss's weights by name.
            training: whether the engine may sample, and the state advances.
        """
        return self._engine.supervise(self, F.numerics.as_float32(embeddings), labels, loss, state, training)

    def judge(self, embeddings, labels, loss, state, training, classes=None) -> Supervision:
        """Scores embeddings against the given class ids (S,), or all classes, and evaluates a class loss on them."""
        needs, weights = loss.rule.needs, self.class_weights()
        scores = self.scores(loss.rule.prepare(embeddings), weights, classes)
        norm = F.norm(embeddings) if NORM in needs else None
        weight_norm = self.weight_norms(weights, classes) if WEIGHT_NORM in needs else None
        size = int(embeddings.shape[-1])
        scored = F.Scored(scores, labels, self.num_classes, norm, weight_norm, classes, size)
        losses, new_state = loss.class_losses(scored, state, training)
        return Supervision(losses, new_state, scores, labels)

    @property
    def classes_a_step(self):
        """How many classes a training step looks at."""
        return self._engine.classes_a_step(self.num_classes)

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "engine": self.engine,
            "sample_rate": self.sample_rate,
            "seed": self.seed,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
