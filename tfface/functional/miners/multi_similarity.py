from dataclasses import dataclass

from ... import _check
from .base import Miner, farthest, narrowed, nearest


@dataclass(frozen=True)
class MultiSimilarity(Miner):
    """Pairs that compete: negatives nearer than the farthest positive, positives farther than the nearest negative.

    In similarities, `s_n > min s_p − ε` and `s_p < max s_n + ε` (Wang et al. 2019, arXiv 1904.06627).

    Args:
        epsilon: ε.

    Raises:
        ValueError: ε is no finite number.
    """

    epsilon: float = 0.1

    def __post_init__(self):
        _check.number("epsilon", self.epsilon)

    def narrow(self, pairs):
        distance = pairs.distance
        positive, negative = farthest(distance, pairs.positive), nearest(distance, pairs.negative)
        return narrowed(pairs, distance > negative - self.epsilon, distance < positive + self.epsilon)
