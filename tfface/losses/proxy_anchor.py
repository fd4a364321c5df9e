from .. import functional as F
from . import _check
from ._proxy_loss import ProxyLoss
from .registry import register


@register("proxy_anchor")
class ProxyAnchor(ProxyLoss):
    r"""Proxy-Anchor: a learnt proxy a class pulls its hard images and pushes the hard ones of the others.

    `L = 1/|P⁺| Σ_{p∈P⁺} ln(1 + Σ_{x of p} e^{−α(s_xp − δ)}) + 1/C Σ_p ln(1 + Σ_{x not of p} e^{α(s_xp + δ)})`,
    s_xp = cos(x, p), P⁺ the proxies with an image in the batch. The proxies are weights of the `FaceModel`, which needs
    no head.

    Args:
        num_classes: C ≥ 2.
        margin: δ in [0, 1].
        scale: α > 0.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> model = tfface.FaceModel(backbone)
        >>> model.compile("adam", loss=tfface.ProxyAnchor(100))

    Reference:
        Kim, Kim, Cho, Kwak: Proxy Anchor Loss for Deep Metric Learning, CVPR 2020, arXiv 2003.13911.
    """

    def __init__(self, num_classes, margin=0.1, scale=32.0, **kwargs):
        super().__init__(num_classes, **kwargs)
        self.margin = _check.number("margin", margin, 0.0, 1.0)
        self.scale = _check.number("scale", scale, 0.0, above=True)

    def proxy_losses(self, labels, embeddings, proxies):
        return F.proxy_anchor(labels, embeddings, proxies, self.margin, self.scale)
