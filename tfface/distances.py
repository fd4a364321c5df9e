"""Distances, which any loss on pairs or triplets takes as `distance=`: a name or an object."""

from ._compat import register_objects
from .functional.distances import (
    DISTANCES,
    Angular,
    Cosine,
    Distance,
    Dot,
    Euclidean,
    SquaredEuclidean,
    get,
)

__all__ = ["Angular", "Cosine", "Distance", "Dot", "Euclidean", "SquaredEuclidean", "get", "names"]

register_objects("tfface.distances", Angular, Cosine, Dot, Euclidean, SquaredEuclidean)


def names() -> list[str]:
    """The names of the distances.

    Example:
        >>> import tfface
        >>> tfface.distances.names()
        ['sqeuclidean', 'euclidean', 'cosine', 'angular', 'dot']
    """
    return list(DISTANCES)
