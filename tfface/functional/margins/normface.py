"""NormFace: softmax on scaled cosines, without a margin (Wang et al. 2017, arXiv 1704.06369)."""

from dataclasses import dataclass

from ..margin import Margin


@dataclass(frozen=True)
class NormFaceMargin(Margin):
    """z_j = s cos θ_j."""

    scale: float

    def target_logit(self, score, sample):
        return self.scale * score

    def other_logits(self, scores, sample):
        return self.scale * scores
