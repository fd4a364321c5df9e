from .. import functional as F
from ._base import ClassLoss
from .registry import register


@register("von_mises_fisher")
class VonMisesFisher(ClassLoss):
    r"""Von Mises–Fisher likelihood: the norm of an embedding learns how near the embedding is to its identity.

    `L = −κ sg(cos θ_y) − ln(C(κ) / C(0))`, κ = ‖x‖: the embedding x = κ μ is a von Mises–Fisher distribution on the
    sphere, and the weights of the own class are what it should expect. Only κ learns from it (sg: no gradient), until
    the expected cosine A(κ) is that of faces which look like this one; directions and class weights learn from the
    margin loss, before or beside it. In nats, 0 for κ = 0, below 0 where the embedding knows something. For a backbone
    that ends in a `ProbabilisticEmbedding`: alone, on a trained backbone that stands still (`trainable = False`), or
    joint with a loss on angles; then `FaceModel.uncertainty(images)`.

    Args:
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> joint = tfface.ArcFace() + 0.01 * tfface.VonMisesFisher()
        >>> [part.name for part in joint.losses]
        ['arcface', 'von_mises_fisher']

    Reference:
        Li, Xu, Xu, Shen, Li, Hooi: Spherical Confidence Learning for Face Recognition, CVPR 2021; here on the unit
        sphere. Scott, Gallagher, Mozer: von Mises-Fisher Loss: An Exploration of Embedding Geometries for Supervised
        Learning, 2021, arXiv 2103.15718.
    """

    settled = ("label_smoothing", "filter_above")  # no other class is looked at

    def __init__(self, **kwargs):
        super().__init__(label_smoothing=0.0, filter_above=None, **kwargs)

    @property
    def rule(self):
        return F.VonMisesFisherMargin()
