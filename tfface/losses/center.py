import tensorflow as tf

from .. import functional as F
from . import _check
from ._base import EmbeddingLoss
from .registry import register

CENTERS = "centers"


def centers_table(loss, sizes):
    """The running centres of a loss; all losses over centres in one sum share them."""
    if loss.centers == "batch":
        return ()
    return (F.StateSpec(CENTERS, (loss.num_classes, sizes.embedding), moved_by=("alpha", loss.alpha)),)


@register("center")
class CenterLoss(EmbeddingLoss):
    r"""Centre loss: each embedding is pulled to the centre of its class. Joint with Softmax or a margin loss.

    `L = mean_i ½ ‖x_i − c_{y_i}‖²`; after each step `c_j ← c_j − α Σ_{i: y_i=j} (c_j − x_i) / (1 + n_j)`.
    The centres are weights of the `FaceModel`: `loss=tfface.Softmax() + 0.003 * tfface.CenterLoss(num_classes)`.

    Args:
        num_classes: C ≥ 1.
        alpha: α in [0, 1], how far the centres move at each step.
        centers: `"running"`, the centres above, or `"batch"`: the mean of the class within the batch, differentiated
            through, without state (and usable on a plain backbone).
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or running centres are used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> float(tfface.CenterLoss(2, centers="batch")([0, 0, 1], [[0.0], [2.0], [5.0]]))  # doctest: +ELLIPSIS
        0.3333...

    Reference:
        Wen, Zhang, Li, Qiao: A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV 2016.
    """

    def __init__(self, num_classes, alpha=0.5, centers="running", **kwargs):
        super().__init__(**kwargs)
        self.num_classes = _check.whole("num_classes", num_classes, 1)
        self.alpha = _check.number("alpha", alpha, 0.0, 1.0)
        self.centers = _check.choice("centers", centers, ("running", "batch"))

    def state(self, sizes):
        return centers_table(self, sizes)

    def read_labels(self, y_true):
        return F.class_ids(y_true, self.num_classes)

    def embedding_losses(self, labels, embeddings, state):
        _check.embeddings(self, embeddings)
        if self.centers == "batch":
            return self._pull(labels, embeddings, F.batch_centers(labels, embeddings)), {}
        table = state[CENTERS]
        own = tf.gather(table, tf.maximum(labels, 0))
        moved = F.moved_centers(labels, embeddings, table, self.alpha)
        return self._pull(labels, embeddings, own), {CENTERS: tf.stop_gradient(moved)}

    def _pull(self, labels, embeddings, centers):
        return F.over_counted(F.center(embeddings, centers), labels >= 0)
