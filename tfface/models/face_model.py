import numpy as np
import tensorflow as tf
from tensorflow import keras

from .. import functional as F
from .. import losses as losses_module
from .._compat import deserialize, minimize, register, serialize
from ..functional import StateSpec, replicas
from ..functional.margin import WEIGHT_NORM
from ..layers._head import Head
from .loss_state import LossState
from .loss_trackers import LossTrackers


@register
class FaceModel(keras.Model):
    r"""A backbone and a head, trained with any loss of tfface by plain `fit`.

    `images → backbone → embeddings (B, D) → head → scores (B, C)`. `model(images)` gives the scores,
    `model.embed(images)` the embeddings; labels are only in the training path. `model.backbone` is what you deploy.

    Losses on scores, losses on embeddings and sums of both are fine: each gets what it needs (scores, embeddings,
    norms, weights of its own, which are saved with the model).

    Args:
        backbone: a built Keras model, images in, embeddings (B, D) out.
        head: a `CosineHead` or a `LinearHead`; without one only losses on embeddings can be used, and `model(images)`
            gives the embeddings.
        **kwargs: `name`, as in `keras.Model`.

    Raises:
        TypeError: the backbone or the head is not of that kind.
        ValueError: the backbone is not built, or its output is not (B, D).

    Example:
        >>> import tfface
        >>> from tensorflow import keras
        >>> images = keras.Input((8, 8, 1))
        >>> backbone = keras.Model(images, keras.layers.Dense(16)(keras.layers.Flatten()(images)))
        >>> model = tfface.FaceModel(backbone, tfface.layers.CosineHead(10))
        >>> model.compile("sgd", loss=tfface.ArcFace(), metrics=["accuracy"])
    """

    def __init__(self, backbone, head=None, **kwargs):
        state = kwargs.pop("loss_state", ())
        super().__init__(**kwargs)
        _check_parts(backbone, head)
        self.backbone = backbone
        self.head = head
        self.loss = None
        self.loss_state = LossState(state, name="loss_state")
        self._parts = []
        self._trackers = LossTrackers()
        self.build(backbone.input_shape)

    @property
    def embedding_size(self):
        """D."""
        return int(self.backbone.output_shape[-1])

    def _sizes(self):
        head = self.head
        return F.Sizes(self.embedding_size, *((head.num_classes, head.classes_a_step) if head else ()))

    def build(self, input_shape):
        if self.head is not None and not self.head.built:
            self.head.build((None, self.embedding_size))
        self.built = True

    def call(self, inputs, training=None):
        embeddings = self.backbone(inputs, training=training)
        return embeddings if self.head is None else self.head(embeddings)

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

    def compile(self, optimizer="rmsprop", loss=None, metrics=None, **kwargs):
        """As `keras.Model.compile`, with a loss of tfface (object or registry name) or a sum of them.

        Metrics are given class ids and scores, whatever the labels looked like: `"accuracy"`, or the sparse ones of
        Keras. They count samples labelled -1 as errors.

        Raises:
            ValueError: the loss does not fit the head, or has a `reduction` that is no sum and no mean.
        """
        if kwargs.get("loss_weights") is not None:
            raise ValueError("loss_weights: write the weights in the sum, 1.0 * ArcFace() + 0.003 * CenterLoss(n)")
        loss = None if loss is None else losses_module.get(loss)
        parts = [] if loss is None else self._weighted_parts(loss)
        if loss is not None:
            with self.distribute_strategy.scope():
                self.loss_state.create(loss.state(self._sizes()))
        super().compile(optimizer=optimizer, loss=None, metrics=metrics, **kwargs)
        self.loss = loss
        self._parts = parts
        self._trackers = LossTrackers([part.name for part, _ in parts])

    def _weighted_parts(self, loss):
        if loss.reduction not in ("sum", "sum_over_batch_size", "auto"):
            raise ValueError(
                f"reduction: expected 'sum' or 'sum_over_batch_size' in a FaceModel, received {loss.reduction!r}"
            )
        parts = list(zip(loss.losses, loss.weights, strict=True)) if loss.kind == "joint" else [(loss, 1.0)]
        for part, _ in parts:
            _check_fit(part, self.head)
        return parts

    @property
    def metrics(self):
        others = [metric for metric in super().metrics if metric.name != "loss"]
        return [*self._trackers.metrics, *others]

    def train_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            loss, scores, labels = self._supervise(x, y, sample_weight, training=True)
        minimize(self.optimizer, tape, loss, self.trainable_variables)
        return self.compute_metrics(x, labels, scores, sample_weight)

    def test_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        _, scores, labels = self._supervise(x, y, sample_weight, training=False)
        return self.compute_metrics(x, labels, scores, sample_weight)

    def _supervise(self, x, y, sample_weight, training):
        """This replica's share of the loss, whose sum over the replicas is the global loss; scores and labels."""
        if not self._parts:
            raise ValueError("compile: expected a loss, received none")
        if y is None:
            raise ValueError("fit, evaluate: expected (images, labels), received no labels")
        embeddings = self.backbone(x, training=training)
        state = self.loss_state.read()
        scores, labels, new_state, shares = None, None, {}, []
        for part, weight in self._parts:
            if part.kind == "class":
                ids = F.class_ids(y, self.head.num_classes)
                losses, changed, scores, labels = self.head.supervise(embeddings, ids, part, state, training)
            else:
                ids = part.read_labels(y)
                losses, changed = part.embedding_losses(ids, F.numerics.as_float32(embeddings), state)
                labels = ids if labels is None else labels
            shares.append((part, weight * self._share(losses, sample_weight)))
            new_state.update(changed)
        if scores is None:  # no loss needed them; metrics do
            scores = embeddings if self.head is None else self.head(tf.stop_gradient(embeddings))
        if training:
            self.loss_state.assign(new_state)
        return self._total(shares, tf.shape(labels)[0]), scores, labels

    def _share(self, losses, sample_weight):
        """Σ over this replica's samples, divided by the size of the global batch where the loss is a mean."""
        if sample_weight is not None:
            losses *= tf.reshape(F.numerics.as_float32(sample_weight), tf.shape(losses))
        summed = tf.reduce_sum(losses)
        if self.loss.reduction == "sum":
            return summed
        return summed / replicas.total(tf.cast(tf.shape(losses)[0], tf.float32))

    def _total(self, shares, batch_size):
        """The sum of the parts and of the layers' own losses; each is tracked under its name."""
        extra = tf.add_n([tf.cast(loss, tf.float32) for loss in self.losses]) if self.losses else 0.0
        total = tf.add_n([share for _, share in shares]) + extra / replicas.count()
        self._trackers.update({"loss": total} | {part.name: share for part, share in shares}, batch_size)
        return total

    def get_config(self):
        return {
            "name": self.name,
            "dtype": self.dtype_policy.name,
            "backbone": serialize(self.backbone),
            "head": None if self.head is None else serialize(self.head),
            "loss_state": [list(spec[:-1]) for spec in self.loss_state.specs()],  # all but `moved_by`
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        backbone = deserialize(config.pop("backbone"), custom_objects=custom_objects)
        head = config.pop("head")
        head = None if head is None else deserialize(head, custom_objects=custom_objects)
        state = [StateSpec(name, tuple(shape), *rest) for name, shape, *rest in config.pop("loss_state")]
        return cls(backbone, head, loss_state=state, **config)

    def get_compile_config(self):
        config = super().get_compile_config()
        return config and {**config, "loss": None if self.loss is None else serialize(self.loss)}

    def compile_from_config(self, config):
        self.compile(**deserialize(config))
        if self.optimizer is not None:
            self.optimizer.build(self.trainable_variables)


def _check_parts(backbone, head):
    if not isinstance(backbone, keras.Model):
        raise TypeError(f"backbone: expected a Keras model, received {type(backbone).__name__}")
    if not backbone.built or not hasattr(backbone, "output_shape"):
        raise ValueError("backbone: expected a built Functional or Sequential model: begin it with keras.Input(shape)")
    if not isinstance(backbone.output_shape, tuple) or len(backbone.output_shape) != 2:
        raise ValueError(f"backbone: expected one output of embeddings (B, D), received {backbone.output_shape}")
    if head is not None and not isinstance(head, Head):
        raise TypeError(f"head: expected a CosineHead or a LinearHead, received {type(head).__name__}")


def _check_fit(loss, head):
    if loss.kind == "two_view":
        raise ValueError(
            f"{type(loss).__name__} compares two views of the images and takes no labels, which a FaceModel is for; "
            "write a training step that calls loss.view_losses(first, second, state) on the embeddings of both views"
        )
    if loss.kind == "class":
        expected = {"cosine": "CosineHead", "dot": "LinearHead"}[loss.inputs]
        if head is None or head.inputs != loss.inputs:
            received = "no head" if head is None else f"a {type(head).__name__}"
            raise ValueError(f"{type(loss).__name__}: expected a {expected} in the FaceModel, received {received}")
        if WEIGHT_NORM in loss.rule.needs and head.use_bias:
            raise ValueError(
                f"{type(loss).__name__}: expected a LinearHead(num_classes, use_bias=False), received one with a bias"
            )
    classes = getattr(loss, "num_classes", None)
    if head is not None and classes not in (None, head.num_classes):
        raise ValueError(
            f"{type(loss).__name__}: num_classes={classes}, but the head has num_classes={head.num_classes}"
        )
