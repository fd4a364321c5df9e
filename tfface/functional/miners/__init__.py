"""Miners: which pairs or triplets of a batch a loss looks at.

A miner narrows the masks of `Pairs`, for losses on pairs. Some also pick triplets, a negative for each positive, for
losses on triplets; to a loss on pairs these give the pairs that their triplets are made of. Memory is O(B²).
"""

from ..configured import known
from .base import FAR as FAR
from .base import Miner as Miner
from .base import Triplets as Triplets
from .base import sorted_negatives as sorted_negatives
from .distance_weighted import DistanceWeighted as DistanceWeighted
from .multi_similarity import MultiSimilarity as MultiSimilarity
from .order import All as All
from .order import Easy as Easy
from .order import Hard as Hard
from .order import SemiHard as SemiHard
from .positives import Positives as Positives
from .positives import over_positives as over_positives

MINERS = {
    "all": All(),
    "hard": Hard(),
    "semi-hard": SemiHard(),
    "easy": Easy(),
    "distance-weighted": DistanceWeighted(),
    "multi-similarity": MultiSimilarity(),
}


def get(mining) -> Miner:
    """A miner by its name; a miner object is returned as it is.

    Args:
        mining: a name, a mapping of `name` and what differs from its defaults, or an object.

    Raises:
        ValueError: an unknown name (the nearest is given).

    Example:
        >>> import tfface
        >>> tfface.miners.get("multi-similarity")
        MultiSimilarity(epsilon=0.1)
    """
    return known("mining", mining, MINERS, Miner)
