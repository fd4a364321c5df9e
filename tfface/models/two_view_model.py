import numpy as np
from tensorflow import keras

from .._compat import deserialize, register, serialize
from . import _check, _check_two_view
from .embedding_model import EmbeddingModel
from .loss_state import LossState, specs_of
from .loss_trackers import LossTrackers
from .slow_network import follow, slow_copy
from .two_view_networks import Network, Networks, built
from .two_view_supervision import TwoViewSupervision

_PARTS = ("backbone", "projector", "predictor", "head")


@register
class TwoViewModel(EmbeddingModel):
    r"""A backbone that learns from two views of the same images, mostly without labels, by plain `fit`.

    `images → backbone → embeddings (B, D) → projector → projections (B, P) → predictor → predictions (B, P)`. Only the
    backbone is kept: `model(images)` and `model.embed(images)` give embeddings, and `tfface.FaceModel(model.backbone,
    head)` goes on with labels. `tfface.models.two_view("simsiam", backbone)` makes the networks of a paper.

    Batches are `((first view, second view),)`, or `((first view, second view), labels)` for losses that take labels
    (`SupCon`, any loss on pairs: both views have their image's label; without labels every image is an identity of its
    own). `tfface.data.two_views` makes them. Views go through the networks one after the other, each with statistics of
    its own in batch normalisation; for `SimCLR` and losses with labels, both together. Over several replicas all
    losses, and the batch normalisation of projector and predictor, are those of the global batch; in a backbone use
    `keras.layers.BatchNormalization(synchronized=True)`.

    With a `head` it learns from labels too, as far as there are any: a loss on classes in the sum judges both views'
    embeddings of images that are labelled, the others have the label -1: `tfface.ArcFace() + 0.5 * tfface.SimSiam()`.

    Args:
        backbone: a built Keras model, images in, embeddings (B, D) out.
        projector: a layer on the embeddings, such as a `tfface.layers.Projector`; None for losses on embeddings.
        predictor: a layer on the projections, such as a `tfface.layers.Predictor`, for `SimSiam` and `BYOL`.
        momentum: m of the slow copy of backbone and projector that makes the targets of `BYOL` and `MoCo`,
            `slow ← m·slow + (1 − m)·learning` after each step; or a schedule of Keras, m for each step.
        head: a `CosineHead` or a `LinearHead` on the embeddings, for losses on classes.
        **kwargs: `name`, as in `keras.Model`.

    Raises:
        TypeError: a part is not of that kind.
        ValueError: the backbone is not built, its output is not (B, D), or m is not in [0, 1].

    Example:
        >>> import tfface
        >>> from tensorflow import keras
        >>> backbone = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(16)])
        >>> projector, predictor = tfface.layers.Projector((32, 32)), tfface.layers.Predictor(8)
        >>> model = tfface.TwoViewModel(backbone, projector, predictor)
        >>> model.compile("adam", loss=tfface.SimSiam())
        >>> views = np.random.default_rng(0).normal(size=(2, 6, 8, 8, 3))
        >>> history = model.fit((views[0], views[1]), verbose=0)

    Reference:
        Chen, He: Exploring Simple Siamese Representation Learning, 2020, arXiv 2011.10566. Grill et al.: Bootstrap Your
        Own Latent: A New Approach to Self-Supervised Learning, 2020, arXiv 2006.07733.
    """

    def __init__(self, backbone, projector=None, predictor=None, momentum=None, head=None, **kwargs):
        _check.backbone(backbone)
        _check_two_view.layer("projector", projector)
        _check_two_view.layer("predictor", predictor)
        _check_two_view.momentum(momentum)
        _check_two_view.untaken(head)
        specs = kwargs.pop("loss_state", ())
        super().__init__(backbone, **kwargs)
        self.projector, self.predictor, self.head = projector, predictor, head
        self.momentum = momentum
        size = built(projector, self.embedding_size)
        built(predictor, size)
        built(head, self.embedding_size)
        self.slow_backbone = self.slow_projector = slow = None
        if momentum is not None:
            self.slow_backbone = slow_copy(backbone, self.embedding_size)
            self.slow_projector = projector and slow_copy(projector, self.embedding_size)
            slow = Network(self.slow_backbone, self.slow_projector)
        self.loss_state = LossState(specs, name="loss_state")
        networks = Networks(Network(backbone, projector), predictor, slow)
        self._supervision = TwoViewSupervision(networks, head, (self.embedding_size, size), self.loss_state)
        self.build(backbone.input_shape)

    def call(self, inputs, training=None):
        return self.backbone(inputs, training=training)

    def project(self, images, batch_size=256):
        """Projections of images, which are what the loss sees, and what collapses first.

        `tfface.callbacks.CollapseMonitor(images, embedder=model.project)` watches them.

        Args:
            images: an array (N, …), or a `tf.data.Dataset` of image batches.
            batch_size: images a step, for arrays.

        Returns:
            float32 array (N, P).
        """
        embeddings = self.embed(images, batch_size, normalize=False)
        return embeddings if self.projector is None else np.asarray(self.projector(embeddings), np.float32)

    def compile(self, optimizer="rmsprop", loss=None, metrics=None, **kwargs):
        """As `keras.Model.compile`, with a loss of tfface (object or registry name) or a sum of them.

        There are no metrics, since nothing says what is right: callbacks watch (`tfface.callbacks.NearestNeighbors`,
        `CollapseMonitor`, `Verification`).

        Raises:
            ValueError: the loss needs a predictor or a slow copy that is not there, or does not use one that is, has a
                `reduction` that is no sum and no mean, or judges scores of classes without a head.
        """
        if metrics or kwargs.get("loss_weights") is not None:
            raise ValueError(
                "metrics, loss_weights: expected none: weights are written in the sum, VICReg() + 0.1 * SupCon(), and "
                "callbacks watch the embeddings"
            )
        with self.distribute_strategy.scope():
            loss = self._supervision.prepare(loss)
        super().compile(optimizer=optimizer, loss=None, **kwargs)
        self._supervision.judge_by(loss)
        self.loss = loss
        self._trackers = LossTrackers(self._supervision.names)

    @property
    def trainable_weights(self):
        return self._without_slow(super().trainable_weights)

    @property
    def trainable_variables(self):
        return self._without_slow(super().trainable_variables)

    def _without_slow(self, variables):
        """No gradients reach the slow copy; it is not frozen, for then its batch normalisation would not work."""
        slow = {id(variable) for network in self._slow_pairs() for variable in network[0].variables}
        return [variable for variable in variables if id(variable) not in slow]

    def _slow_pairs(self):
        pairs = (self.slow_backbone, self.backbone), (self.slow_projector, self.projector)
        return [(slow, fast) for slow, fast in pairs if slow is not None]

    def train_step(self, data):
        momentum = self.momentum
        if isinstance(momentum, keras.optimizers.schedules.LearningRateSchedule):
            momentum = momentum(self.optimizer.iterations)
        logs = super().train_step(data)
        for slow, fast in self._slow_pairs():
            follow(slow, fast, momentum)
        return logs

    def get_config(self):
        config = {"name": self.name, "dtype": self.dtype_policy.name, "loss_state": self.loss_state.config()}
        parts = {name: getattr(self, name) for name in _PARTS}
        momentum = self.momentum if isinstance(self.momentum, float | int | None) else serialize(self.momentum)
        return {**config, "momentum": momentum} | {
            name: None if part is None else serialize(part) for name, part in parts.items()
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        for name in (*_PARTS, "momentum"):
            if isinstance(config.get(name), dict):
                config[name] = deserialize(config[name], custom_objects=custom_objects)
        return cls(loss_state=specs_of(config.pop("loss_state")), **config)

    def get_compile_config(self):
        config = super().get_compile_config()
        return {**config, "loss": serialize(self.loss)} if config and self.loss is not None else config
