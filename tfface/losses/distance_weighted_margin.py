import tensorflow as tf

from .. import functional as F
from . import _check
from ._pairs import PairLoss
from .registry import register

BETA = "margin_beta"


@register("distance_weighted_margin")
class DistanceWeightedMargin(PairLoss):
    r"""Margin loss around a learnt distance, with distance-weighted sampling: positives within it, negatives beyond.

    `L = [d_ap − β + α]₊ + [β − d_an + α]₊ + ν β` for each positive with its drawn negative; the hinges are averaged
    over the pairs whose loss is above 0, as in the authors' code, and β over the anchors. β is a trainable weight of
    the `FaceModel`.

    Args:
        margin: α ≥ 0.
        beta: β > 0 at the start.
        num_classes: for a β of each class, the anchor's; None for one that all share.
        regularization: ν ≥ 0, the pull towards a small β.
        learn_beta: False keeps β as it is: the loss then has no weights, and works in any Keras model.
        distance: `"euclidean"`, another name of `tfface.distances`, or an object of it.
        normalize: whether embeddings are L2-normalised first.
        mining: `"distance-weighted"`: a negative drawn for each positive with probability ∝ 1/density(d); another name
            of `tfface.miners`, or an object of it.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, embeddings of the wrong rank, or a learnt β outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> loss = tfface.DistanceWeightedMargin(learn_beta=False)
        >>> round(float(loss([0, 0, 1], [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])), 4)
        1.0

    Reference:
        Wu, Manmatha, Smola, Krähenbühl: Sampling Matters in Deep Embedding Learning, 2017, arXiv 1706.07567.
    """

    signed_distances = False

    def __init__(
        self,
        margin=0.2,
        beta=1.2,
        num_classes=None,
        regularization=0.0,
        learn_beta=True,
        distance="euclidean",
        normalize=True,
        mining="distance-weighted",
        **kwargs,
    ):
        super().__init__(distance, normalize, mining, **kwargs)
        self.margin = _check.number("margin", margin, 0.0)
        self.beta = _check.number("beta", beta, 0.0, above=True)
        self.num_classes = None if num_classes is None else _check.whole("num_classes", num_classes, 1)
        self.regularization = _check.number("regularization", regularization, 0.0)
        self.learn_beta = _check.choice("learn_beta", learn_beta, (False, True))

    def state(self, sizes):
        if not self.learn_beta:
            return ()
        shape = () if self.num_classes is None else (self.num_classes,)
        return (F.StateSpec(BETA, shape, self.beta, trainable=True),)

    def read_labels(self, y_true):
        return F.class_ids(y_true, self.num_classes)

    def mine(self, pairs):
        return pairs  # a negative may be drawn for several positives: the loss itself picks

    def pair_losses(self, pairs, state):
        beta = tf.convert_to_tensor(state.get(BETA, self.beta), tf.float32)
        beta = (
            tf.gather(beta, tf.maximum(pairs.labels, 0)) if beta.shape.rank else tf.fill(tf.shape(pairs.labels), beta)
        )
        return F.distance_weighted_margin(pairs, self.miner, beta, self.margin, self.regularization)
