from .. import functional as F
from ..functional.two_view.barlow_twins import FORMS
from . import _check
from ._two_view import TwoViewLoss
from .registry import register


@register("barlow_twins")
class BarlowTwins(TwoViewLoss):
    r"""Barlow Twins: the cross-correlation of two views becomes the identity, so no column repeats another.

    `L = Σ_i (1 − C_ii)² + λ Σ_{i≠j} C_ij²`, or with `form="l1"` `Σ_i |1 − C_ii| + λ Σ_{i≠j} |C_ij|`, where
    C_ij = cov(a_i, b_j) / √((var(a_i) + ε)(var(b_j) + ε)) over the global batch, ε = 1e-5, variances and covariances
    biased, so a constant column correlates with nothing. Called as `loss(z_a, z_b)` on two views (B, D).

    Args:
        off_diagonal: λ ≥ 0; `None` is 5e-3, and 1 with `form="l1"`.
        form: `"squared"` (the paper's) or `"l1"`.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or views of the wrong shape.

    Example:
        >>> import tfface
        >>> one, other = [[1.0, 1.0], [-1.0, 1.0], [0.0, -2.0]], [[1.0, 1.0], [-1.0, 1.0], [0.0, -2.0]]
        >>> float(tfface.BarlowTwins()(one, other)) < 1e-6
        True

    Reference:
        Zbontar, Jing, Misra, LeCun, Deny: Barlow Twins: Self-Supervised Learning via Redundancy Reduction, 2021,
        arXiv 2103.03230.
    """

    def __init__(self, off_diagonal=None, form="squared", **kwargs):
        super().__init__(**kwargs)
        self.off_diagonal = None if off_diagonal is None else _check.number("off_diagonal", off_diagonal, 0.0)
        self.form = _check.choice("form", form, FORMS)

    def view_losses(self, first, second, state):
        a, b = _check.views(self, first, second)
        weight = self.off_diagonal
        if weight is None:
            weight = 5e-3 if self.form == "squared" else 1.0
        return F.barlow_twins(a, b, weight, self.form), {}
