from .. import functional as F
from ..functional.two_view.vicreg import FORMS
from . import _check
from ._two_view import TwoViewLoss
from .registry import register


@register("vicreg")
class VICReg(TwoViewLoss):
    r"""VICReg: views are near each other, columns keep their spread and are uncorrelated; no negatives, no collapse.

    `L = λ s(a, b) + μ (v(a) + v(b)) + ν (c(a) + c(b))` with `s = mean_i 1/D ‖a_i − b_i‖²`,
    `v = 1/D Σ_j [γ − √(C_jj + ε)]₊`, `c = 1/D Σ_{i≠j} C_ij²` and C the covariance of a view's columns over the global
    batch (over B − 1). Called as `loss(z_a, z_b)` on two views (B, D).

    Args:
        invariance: λ ≥ 0.
        variance: μ ≥ 0.
        covariance: ν ≥ 0.
        target: γ ≥ 0, the standard deviation that columns should have.
        epsilon: ε > 0.
        form: the paper's `"algorithm"`, as above; its `"equation"`, where s is `mean_i ‖a_i − b_i‖²`, D times as much;
            or the published `"code"`, as the algorithm but with half of v.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or views of the wrong shape.

    Example:
        >>> import tfface
        >>> one, other = [[2.0, 2.0], [-2.0, 2.0], [0.0, -4.0]], [[2.0, 2.0], [-2.0, 2.0], [0.0, -3.8]]
        >>> round(float(tfface.VICReg()(one, other)), 4)
        0.1667

    Reference:
        Bardes, Ponce, LeCun: VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning, 2021,
        arXiv 2105.04906.
    """

    def __init__(
        self, invariance=25.0, variance=25.0, covariance=1.0, target=1.0, epsilon=1e-4, form="algorithm", **kwargs
    ):
        super().__init__(**kwargs)
        self.invariance = _check.number("invariance", invariance, 0.0)
        self.variance = _check.number("variance", variance, 0.0)
        self.covariance = _check.number("covariance", covariance, 0.0)
        self.target = _check.number("target", target, 0.0)
        self.epsilon = _check.number("epsilon", epsilon, 0.0, above=True)
        self.form = _check.choice("form", form, tuple(FORMS))

    def view_losses(self, first, second, state):
        a, b = _check.views(self, first, second)
        weights = self.invariance, self.variance, self.covariance
        return F.vicreg(a, b, *weights, self.target, self.epsilon, self.form), {}
