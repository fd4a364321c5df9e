"""BYOL: each view predicts what a slow copy of the network makes of the other (Grill et al. 2020, arXiv 2006.07733)."""

from .simsiam import predicted_cosines


def byol(p1, p2, z1, z2):
    """(2 − 2 cos(p1, sg z2)) + (2 − 2 cos(p2, sg z1)), no gradient through z: (B, D) each → (B,).

    Args:
        p1: the online network's predictions from the first view.
        p2: its predictions from the second view.
        z1: the target network's projections of the first view.
        z2: its projections of the second view.

    Example:
        >>> import tfface
        >>> x, y = [[1.0, 0.0]], [[0.0, 1.0]]
        >>> float(tfface.functional.byol(x, x, x, y)[0])
        2.0
    """
    first, second = predicted_cosines(p1, p2, z1, z2)
    return 4.0 - 2.0 * (first + second)
