import tensorflow as tf

from .. import functional as F
from .._check import whole
from .._compat import register
from ..functional.cosines import inverse_norms, of_directions
from ._head import Head


@register
class CosineHead(Head):
    r"""Cosines between embeddings and class weights: the head of every margin loss.

    `c_ij = x̂_i · Ŵ_j`, both L2-normalised, (B, D) → (B, C); with K sub-centres a class scores its nearest one,
    `c_ij = max_k x̂_i · Ŵ_jk`. Computed in float32 whatever the dtype policy.

    Args:
        num_classes: C ≥ 1.
        sub_centers: K ≥ 1, class weights a class (Deng et al. 2020, Sub-center ArcFace).
        engine: how the training loss is evaluated in a `FaceModel`: `"dense"`; `"chunked"`, some classes after the
            others, in little memory; `"partial"` (Partial FC), on a sample of the classes; or `"sharded"`, with the
            classes split over the replicas. The last two update the class weights themselves, in `FaceModel.fit`.
        sample_rate: share of the classes that a partial or sharded engine looks at in a step, in (0, 1].
        seed: of the draws of these samples.
        kernel_initializer: of the class weights; only their direction counts.
        **kwargs: `name`, as in `keras.layers.Layer`.

    Raises:
        ValueError: an argument outside its domain.

    Example:
        >>> import numpy as np
        >>> import tfface
        >>> tfface.layers.CosineHead(10)(np.ones((1, 3))).shape
        TensorShape([1, 10])

    Reference:
        Wang, Xiang, Cheng, Yuille: NormFace: L2 Hypersphere Embedding for Face Verification, 2017, arXiv 1704.06369.
    """

    inputs = "cosine"

    def __init__(self, num_classes, sub_centers=1, **kwargs):
        super().__init__(num_classes, **kwargs)
        self.sub_centers = whole("sub_centers", sub_centers, 1)

    def build(self, input_shape):
        # Class-major: row j·K + k is sub-centre k of class j.
        shape = (self.num_classes * self.sub_centers, int(input_shape[-1]))
        self.kernel = self.add_table("kernel", shape, self.kernel_initializer)
        super().build(input_shape)

    @property
    def tables(self):
        return (self.kernel,)

    def prepare(self, embeddings):
        return F.normalize(embeddings)

    def known(self, weights):
        return (inverse_norms(weights[0]),)

    def scores(self, prepared, weights, known=None):
        cosines = of_directions(prepared, weights[0], *(known or ()))
        if self.sub_centers == 1:
            return cosines
        return tf.reduce_max(
            tf.reshape(cosines, [-1, tf.shape(weights[0])[0] // self.sub_centers, self.sub_centers]), -1
        )

    def own_scores(self, prepared, weights, classes):
        directions = F.normalize(tf.gather(weights[0], self.rows(classes)))
        directions = tf.reshape(directions, [-1, self.sub_centers, weights[0].shape[1]])
        return tf.reduce_max(tf.linalg.matvec(directions, prepared), axis=1)

    def get_config(self):
        return {**super().get_config(), "sub_centers": self.sub_centers}
