"""Miners, which any loss on pairs or triplets takes as `mining=`: a name, or an object with parameters of its own."""

from ._compat import register_objects
from .functional.miners import MINERS, All, DistanceWeighted, Easy, Hard, Miner, MultiSimilarity, SemiHard, get

__all__ = ["All", "DistanceWeighted", "Easy", "Hard", "Miner", "MultiSimilarity", "SemiHard", "get", "names"]

register_objects("tfface.miners", All, DistanceWeighted, Easy, Hard, MultiSimilarity, SemiHard)


def names() -> list[str]:
    """The names of the miners.

    Example:
        >>> import tfface
        >>> tfface.miners.names()
        ['all', 'hard', 'semi-hard', 'easy', 'distance-weighted', 'multi-similarity']
    """
    return list(MINERS)
