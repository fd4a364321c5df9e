"""What the models of tfface share: a backbone trained with losses that may have weights of their own."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

from .. import functional as F
from .._compat import aggregates_nothing, deserialize, mend_fit
from ..functional import replicas
from .accumulation import check_accumulation
from .layer_rates import LayerRates
from .loss_trackers import LossTrackers
from .minimize import minimize


class EmbeddingModel(keras.Model):
    """A backbone and what is needed to train it; the training step, the logs and `embed` are here.

    A subclass makes its other parts, then `_supervision`, which judges a batch, and calls `build` at the end.

    Args:
        backbone: a built Keras model, images in, embeddings (B, D) out.
        **kwargs: `name`, as in `keras.Model`.
    """

    def __init__(self, backbone, **kwargs):
        super().__init__(**kwargs)
        mend_fit(self)
        self.backbone = backbone
        self.loss = None
        self.row_optimizers = []
        self._trackers = LossTrackers()
        self._layer_rates = LayerRates(backbone, 1.0)

    @property
    def embedding_size(self):
        """D."""
        return int(self.backbone.output_shape[-1])

    def build(self, input_shape):
        self.built = True

    def embed(self, images, batch_size=256, normalize=True):
        """Embeddings of images.

        Args:
            images: an array (N, …), or a `tf.data.Dataset` of image batches.
            batch_size: images a step, for arrays.
            normalize: whether embeddings come out with norm 1.

        Returns:
            float32 array (N, D).
        """
        batch = {} if isinstance(images, tf.data.Dataset) else {"batch_size": batch_size}
        embeddings = np.asarray(self.backbone.predict(images, verbose=0, **batch), np.float32)
        return F.normalize(embeddings).numpy() if normalize else embeddings

    @property
    def metrics(self):
        others = [metric for metric in super().metrics if metric.name != "loss"]
        return [*self._trackers.metrics, *others]

    def compile(self, optimizer="rmsprop", layer_rates=None, **kwargs):
        self._layer_rates = LayerRates(self.backbone, 1.0 if layer_rates is None else layer_rates)
        super().compile(optimizer=optimizer, **kwargs)
        if self.optimizer is not None:
            check_accumulation(self.optimizer, self.distribute_strategy)
            aggregates_nothing(self.optimizer)

    def train_step(self, data):
        taken = self._take(data)
        with tf.GradientTape() as tape:
            tape.watch([one.weights for one in taken])
            loss, measured = self._supervise(data, True, *taken)
        before = self._layer_rates.before()
        minimize(self.optimizer, self.row_optimizers, tape, loss, self.trainable_variables, taken)
        self._layer_rates.temper(before)
        return self.compute_metrics(*measured)

    def test_step(self, data):
        _, measured = self._supervise(data, False)
        return self.compute_metrics(*measured)

    def _take(self, data):
        """Class weights that heads take out of themselves for a training step, one of `row_optimizers` for each."""
        return []

    def _supervise(self, data, training, *taken):
        """This replica's share of the loss, whose sum over the replicas is the global loss; what metrics are given."""
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        if self.loss is None:
            raise ValueError("compile: expected a loss, received none")
        shares, scores, labels = self._supervision.judge(x, y, sample_weight, training, *taken)
        extra = tf.add_n([tf.cast(loss, tf.float32) for loss in self.losses]) if self.losses else 0.0
        total = tf.add_n(list(shares.values())) + extra / replicas.count()
        self._trackers.update({"loss": total, **shares}, tf.shape(scores)[0])
        return total, (x, labels, scores, sample_weight)

    def get_compile_config(self):
        config = super().get_compile_config()
        return {**config, "layer_rates": self._layer_rates.rates} if config else config

    def compile_from_config(self, config):
        self.compile(**deserialize(config))
        if self.optimizer is not None:
            self.optimizer.build(self.trainable_variables)
