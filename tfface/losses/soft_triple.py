from .. import functional as F
from . import _check
from ._proxy_loss import ProxyLoss
from .registry import register


@register("soft_triple")
class SoftTriple(ProxyLoss):
    r"""SoftTriple: softmax over classes that have several learnt centres each, for people with several looks.

    `L = −ln(e^{λ(S_y − δ)} / (e^{λ(S_y − δ)} + Σ_{j≠y} e^{λ S_j})) + τ R`, `S_j = Σ_k softmax_k(x̂·ŵ_jk / γ) x̂·ŵ_jk`,
    and `R = Σ_j Σ_{s<t} ‖ŵ_js − ŵ_jt‖ / (C K (K − 1))`, which lets superfluous centres of a class fall together. The
    centres are weights of the `FaceModel`, which needs no head.

    Args:
        num_classes: C ≥ 2.
        sub_centers: K ≥ 1 centres a class.
        margin: δ in [0, 1].
        scale: λ > 0.
        gamma: γ > 0, the temperature among the centres of a class.
        tau: τ ≥ 0, the weight of the regulariser.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> tfface.SoftTriple(num_classes=100, sub_centers=3).state(tfface.functional.Sizes(embedding=64))[0].shape
        (100, 3, 64)

    Reference:
        Qian, Shang, Sun, Hu, Li, Jin: SoftTriple Loss: Deep Metric Learning Without Triplet Sampling, 2019,
        arXiv 1909.05235.
    """

    def __init__(self, num_classes, sub_centers=10, margin=0.01, scale=20.0, gamma=0.1, tau=0.2, **kwargs):
        super().__init__(num_classes, **kwargs)
        self.sub_centers = _check.whole("sub_centers", sub_centers, 1)
        self.margin = _check.number("margin", margin, 0.0, 1.0)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.gamma = _check.number("gamma", gamma, 0.0, above=True)
        self.tau = _check.number("tau", tau, 0.0)

    def proxies_shape(self, size):
        return (self.num_classes, self.sub_centers, size)

    def proxy_losses(self, labels, embeddings, proxies):
        return F.soft_triple(labels, embeddings, proxies, self.margin, self.scale, self.gamma, self.tau)
