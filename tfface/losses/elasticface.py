import math

from .. import functional as F
from ..functional.margins.elasticface import BASES
from . import _check
from ._base import ClassLoss
from .registry import register


@register("elasticface")
class ElasticFace(ClassLoss):
    r"""ElasticFace: ArcFace or CosFace with a margin drawn anew for each sample in each training step.

    `z_y = s cos(θ_y + m_i)` (as `ArcFace`) or `s (cos θ_y − m_i)` (as `CosFace`), `m_i ~ N(m, σ²)`; `z_j = s cos θ_j`,
    `L = −log softmax(z)_y`, for cosines from a `CosineHead` in a `FaceModel`.

    The margins are a function of the seed, the step (a weight of the model) and the sample's place in the global batch,
    so a resumed run goes on with those it would have had. (XLA has a generator of its own and draws others.) In
    evaluation every margin is m.

    Args:
        base: `"arc"` or `"cos"`: the margin is on the angle or on the cosine.
        plus: whether the margins of a batch are dealt out by difficulty: the larger the angle to the own class, the
            larger the margin (the paper's ElasticFace+).
        margin: m ≥ 0; None for 0.5 with `"arc"`, 0.35 with `"cos"`.
        deviation: σ ≥ 0; None for 0.0125, or 0.0175 with `plus`. The published trainings use 0.05 (0.0175 and 0.02 for
            `plus` with `"arc"` and `"cos"`).
        scale: s > 0.
        seed: of the draws.
        label_smoothing: ε in [0, 1).
        filter_above: cosines of other classes above this value are ignored.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, or the loss is used outside a `FaceModel`.

    Example:
        >>> import tfface
        >>> tfface.ElasticFace(base="cos", plus=True).rule.deviation
        0.0175

    Reference:
        Boutros, Damer, Kirchbuchner, Kuijper: ElasticFace: Elastic Margin Loss for Deep Face Recognition, 2022,
        arXiv 2109.09416.
    """

    def __init__(self, base="arc", plus=False, margin=None, deviation=None, scale=64.0, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.base = _check.choice("base", base, BASES)
        self.plus = _check.choice("plus", plus, (False, True))
        high = math.pi if base == "arc" else 2.0
        self.margin = None if margin is None else _check.number("margin", margin, 0.0, high, below=True)
        self.deviation = None if deviation is None else _check.number("deviation", deviation, 0.0)
        self.scale = _check.number("scale", scale, 0.0, above=True)
        self.seed = _check.whole("seed", seed, 0)

    @property
    def rule(self):
        margin = {"arc": 0.5, "cos": 0.35}[self.base] if self.margin is None else self.margin
        deviation = (0.0175 if self.plus else 0.0125) if self.deviation is None else self.deviation
        return F.ElasticFaceMargin(
            scale=self.scale, base=self.base, margin=margin, deviation=deviation, plus=self.plus, seed=self.seed
        )
