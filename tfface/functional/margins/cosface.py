"""CosFace, AM-Softmax: a margin on the cosine (Wang et al. 2018, arXiv 1801.09414; arXiv 1801.05599)."""

from dataclasses import dataclass

from .normface import NormFaceMargin


@dataclass(frozen=True)
class CosFaceMargin(NormFaceMargin):
    """z_y = s (cos θ_y − m), z_j = s cos θ_j."""

    margin: float

    def target_logit(self, score, sample):
        return self.scale * (score - self.margin)
