from .. import functional as F
from ..functional.proxies import DENOMINATORS
from . import _check
from ._proxy_loss import ProxyLoss
from .registry import register


@register("proxy_nca", proxy_nca_pp={"scale": 9.0, "denominator": "all"})
class ProxyNCA(ProxyLoss):
    r"""Proxy-NCA: each embedding is nearer to the learnt proxy of its class than to the proxies of the others.

    `L = −ln(e^{−s d_y} / Σ_{z≠y} e^{−s d_z})`, d_z = ‖x̂ − p̂_z‖². The proxies are weights of the `FaceModel`, which
    needs no head. Proxy-NCA++ (`proxy_nca_pp`) sums over all proxies, z = y too, with the temperature 1/s = 1/9.

    Args:
        num_classes: C ≥ 2.
        scale: s > 0.
        denominator: `"others"`, the sum of Proxy-NCA, which the loss can follow below 0; or `"all"`, of Proxy-NCA++.
        normalize: whether embeddings and proxies are L2-normalised first.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> tfface.losses.get("proxy_nca_pp", num_classes=100).denominator
        'all'

    Reference:
        Movshovitz-Attias, Toshev, Leung, Ioffe, Singh: No Fuss Distance Metric Learning using Proxies, 2017,
        arXiv 1703.07464. Teh, DeVries, Taylor: ProxyNCA++: Revisiting and Revitalizing Proxy Neighborhood Component
        Analysis, 2020, arXiv 2004.01113.
    """

    def __init__(self, num_classes, scale=1.0, denominator="others", normalize=True, **kwargs):
        super().__init__(num_classes, **kwargs)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.denominator = _check.choice("denominator", denominator, DENOMINATORS)
        self.normalize = _check.choice("normalize", normalize, (False, True))

    def proxy_losses(self, labels, embeddings, proxies):
        return F.proxy_nca(labels, embeddings, proxies, self.scale, self.denominator, self.normalize)
