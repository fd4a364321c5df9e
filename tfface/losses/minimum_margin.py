import tensorflow as tf

from .. import functional as F
from . import _check
from ._base import EmbeddingLoss
from .center import CENTERS, centers_table
from .registry import register


@register("minimum_margin")
class MinimumMarginLoss(EmbeddingLoss):
    r"""Minimum margin loss: the centres of any two classes stay apart. Joint with Softmax and the centre loss.

    `L = Σ_{p<q} [M − ‖c_p − c_q‖²]₊` over the centres of the classes in the batch. The centres are weights of the
    `FaceModel`, one table with a `CenterLoss` in the same sum:
    `tfface.Softmax() + 5e-5 * tfface.CenterLoss(n) + 5e-8 * tfface.MinimumMarginLoss(n)`.

    A centre follows the images of its class, `c_j ← c_j − α Σ_{i: y_i=j} (c_j − x_i) / (1 + n_j)`, and the loss is
    taken of the centres after that step: so it has a derivative with respect to the images of the batch, α / (1 + n_j)
    times that with respect to the centre.

    Args:
        num_classes: C ≥ 1.
        margin: M > 0, a squared distance.
        alpha: α in (0, 1], how far the centres move at each step; the same as in the `CenterLoss` beside it.
        centers: `"running"`, the centres above, or `"batch"`: the means of the classes within the batch, without state
            (and usable on a plain backbone).
        pairs: of centres: `"batch"`, of the classes in the batch, in O(B²) memory; or with running centres `"all"`, of
            all classes, in O(C²), where classes that never came yet lie at the origin.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or running centres are used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> loss = tfface.MinimumMarginLoss(3, margin=10.0, centers="batch")
        >>> float(loss([0, 0, 1, 2], [[0.0, -1.0], [0.0, 1.0], [3.0, 0.0], [9.0, 9.0]]))
        1.0

    Reference:
        Wei, Wang, Scotney, Wan: Minimum Margin Loss for Deep Face Recognition, 2018, arXiv 1805.06741.
    """

    def __init__(self, num_classes, margin=280.0, alpha=0.5, centers="running", pairs="batch", **kwargs):
        super().__init__(**kwargs)
        self.num_classes = _check.whole("num_classes", num_classes, 1)
        self.margin = _check.number("margin", margin, 0.0, above=True)
        self.alpha = _check.number("alpha", alpha, 0.0, 1.0, above=True)
        self.centers = _check.choice("centers", centers, ("running", "batch"))
        self.pairs = _check.choice("pairs", pairs, ("batch", "all") if centers == "running" else ("batch",))

    def state(self, sizes):
        return centers_table(self, sizes)

    def read_labels(self, y_true):
        return F.class_ids(y_true, self.num_classes)

    def embedding_losses(self, labels, embeddings, state):
        _check.embeddings(self, embeddings)
        if self.centers == "batch":
            return F.batch_minimum_margin(labels, F.batch_centers(labels, embeddings), self.margin), {}
        moved = F.moved_centers(labels, embeddings, state[CENTERS], self.alpha)
        if self.pairs == "batch":
            own = tf.gather(moved, tf.maximum(labels, 0))
            losses = F.batch_minimum_margin(labels, own, self.margin)
        else:
            losses = F.over_counted(tf.fill(tf.shape(labels), F.minimum_margin(moved, self.margin)), labels >= 0)
        return losses, {CENTERS: tf.stop_gradient(moved)}
