from tensorflow import keras

from .. import functional as F
from .._compat import build_metrics, deserialize, register, serialize
from . import _check
from .embedding_model import EmbeddingModel
from .loss_state import LossState, specs_of
from .loss_trackers import LossTrackers
from .row_optimizer import row_optimizers
from .supervision import Supervision


@register
class FaceModel(EmbeddingModel):
    r"""A backbone and a head, trained with any loss of tfface by plain `fit`.

    `images → backbone → embeddings (B, D) → head → scores (B, C)`. `model(images)` gives the scores,
    `model.embed(images)` the embeddings; labels are only in the training path. `model.backbone` is what you deploy.

    Losses on scores, losses on embeddings and sums of both are fine: each gets what it needs (scores, embeddings,
    norms, weights of its own, which are saved with the model).

    Hidden layers of the backbone can be supervised too, as in DeepID2+, each with a head of its own: `auxiliary`. Maps
    (B, H, W, D) are averaged over their positions first. These heads take part in training only.

    Args:
        backbone: a built Keras model, images in, embeddings (B, D) out.
        head: a `CosineHead` or a `LinearHead`; without one only losses on embeddings can be used, and `model(images)`
            gives the embeddings.
        auxiliary: heads on hidden layers, by the layer's name; None in place of a head for losses on features only.
        **kwargs: `name`, as in `keras.Model`.

    Raises:
        TypeError: the backbone or a head is not of that kind.
        ValueError: the backbone is not built, its output is not (B, D), or it has no such hidden layer.

    Example:
        >>> import tfface
        >>> from tensorflow import keras
        >>> images = keras.Input((8, 8, 1))
        >>> x = keras.layers.Conv2D(4, 3, name="block1")(images)
        >>> backbone = keras.Model(images, keras.layers.Dense(16)(keras.layers.Flatten()(x)))
        >>> model = tfface.FaceModel(backbone, tfface.layers.CosineHead(10))
        >>> model.compile("sgd", loss=tfface.ArcFace(), metrics=["accuracy"])
        >>> model = tfface.FaceModel(
        ...     backbone, tfface.layers.CosineHead(10), auxiliary={"block1": tfface.layers.LinearHead(10)}
        ... )
        >>> model.compile("sgd", loss=tfface.ArcFace(), auxiliary_losses={"block1": 0.3 * tfface.Softmax()})

    Reference:
        Sun, Wang, Tang: Deeply Learned Face Representations Are Sparse, Selective, and Robust (DeepID2+), 2014,
        arXiv 1412.1265.
    """

    def __init__(self, backbone, head=None, auxiliary=None, **kwargs):
        _check.backbone(backbone)
        _check.heads(head, auxiliary)
        auxiliary = auxiliary or {}
        state, *hidden = kwargs.pop("loss_state", [()] * (1 + len(auxiliary)))
        super().__init__(backbone, **kwargs)
        self.head = head
        self.auxiliary = dict(auxiliary)
        self.auxiliary_losses = {}
        self.loss_state = LossState(state, name="loss_state")
        self.auxiliary_state = [LossState(specs, name=f"auxiliary_state_{i}") for i, specs in enumerate(hidden)]
        self._supervision = Supervision(backbone, head, self.auxiliary, [self.loss_state, *self.auxiliary_state])
        self.build(backbone.input_shape)

    def call(self, inputs, training=None):
        embeddings = self.backbone(inputs, training=training)
        return embeddings if self.head is None else self.head(embeddings)

    def uncertainty(self, images, batch_size=256):
        """How unsure the model is of each face: the 1 − cos θ that it expects between embedding and identity.

        Args:
            images: an array (N, …), or a `tf.data.Dataset` of image batches.
            batch_size: images a step, for arrays.

        Returns:
            float32 array (N,), from 0 (sure) to 1 (no idea).

        Raises:
            ValueError: the backbone does not end in a `ProbabilisticEmbedding`.
        """
        _check.probabilistic(self.backbone)
        return F.uncertainty(self.embed(images, batch_size, normalize=False)).numpy()

    def compile(self, optimizer="rmsprop", loss=None, metrics=None, auxiliary_losses=None, layer_rates=None, **kwargs):
        """As `keras.Model.compile`, with a loss of tfface (object or registry name) or a sum of them.

        Metrics are given class ids and scores, whatever the labels looked like: `"accuracy"`, or the sparse ones of
        Keras. They count samples labelled -1 as errors.

        `auxiliary_losses` are those of the hidden layers in `auxiliary`, by the layer's name; a layer that is not named
        has the main loss. All are added up, each with its own weights and under its own name in the logs
        (`block1/softmax`).

        `layer_rates` lets layers of a pretrained backbone learn more slowly: a number d, for the learning rate times
        d^k under k layers with kernels, or factors by layer name or pattern, `{"block1*": 0.1}`. Heads learn at the
        full rate.

        Raises:
            ValueError: a loss does not fit its head, or has a `reduction` that is no sum and no mean; a layer with a
                loss is not in `auxiliary`; `layer_rates` names no layer, or a factor is not in (0, 1].
        """
        if kwargs.get("loss_weights") is not None:
            raise ValueError("loss_weights: write the weights in the sum, 1.0 * ArcFace() + 0.003 * CenterLoss(n)")
        with self.distribute_strategy.scope():
            losses = self._supervision.prepare(loss, auxiliary_losses or {})
        super().compile(optimizer=optimizer, loss=None, metrics=metrics, layer_rates=layer_rates, **kwargs)
        build_metrics(self, (None,), (None, self.head.num_classes if self.head else self.embedding_size))
        self._supervision.judge_by(losses)
        self.loss, *hidden = losses
        self.auxiliary_losses = dict(zip(self.auxiliary, hidden, strict=True))
        self._trackers = LossTrackers(self._supervision.names)
        with self.distribute_strategy.scope():
            self.row_optimizers = row_optimizers(self.optimizer, self._supervision.taking, self.row_optimizers)

    def _take(self, data):
        _, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        return [] if y is None else self._supervision.take(y)

    def get_config(self):
        return {
            "name": self.name,
            "dtype": self.dtype_policy.name,
            "backbone": serialize(self.backbone),
            "head": None if self.head is None else serialize(self.head),
            "auxiliary": {layer: None if head is None else serialize(head) for layer, head in self.auxiliary.items()},
            "loss_state": [state.config() for state in (self.loss_state, *self.auxiliary_state)],
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        backbone, head, auxiliary = (
            deserialize(config.pop(part), custom_objects=custom_objects) for part in ("backbone", "head", "auxiliary")
        )
        state = [specs_of(specs) for specs in config.pop("loss_state")]
        return cls(backbone, head, auxiliary, loss_state=state, **config)

    def get_compile_config(self):
        config = super().get_compile_config()
        if not config or self.loss is None:
            return config
        auxiliary = {layer: serialize(loss) for layer, loss in self.auxiliary_losses.items()}
        return {**config, "loss": serialize(self.loss), "auxiliary_losses": auxiliary}
