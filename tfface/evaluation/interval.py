"""How sure figures of a protocol are: 95 % intervals from the number of pairs."""

import math
from typing import NamedTuple

import numpy as np

_Z = 1.959964  # of the normal distribution, 95 % between -z and z
FEW = 10  # cases of the rarer kind, below which drawing them again tells nothing


class Interval(NamedTuple):
    """Where a figure lies with 95 % confidence."""

    low: float
    high: float


def of_share(share: float, count: float) -> Interval:
    """Wilson's interval of a share that was measured on `count` independent cases (Wilson, 1927).

    Args:
        share: in 0..1.
        count: number of cases.

    Example:
        >>> low, high = of_share(0.9, 100)
        >>> round(low, 3), round(high, 3)
        (0.826, 0.945)
    """
    middle = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    reach = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2)) / (1 + _Z**2 / count)
    return Interval(max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach)))


def of_auc(auc: float, genuine: int, impostors: int) -> Interval:
    """Hanley and McNeil's interval of an area under the ROC (Radiology, 1982).

    Args:
        auc: in 0..1.
        genuine: number of genuine pairs.
        impostors: number of impostor pairs.

    Example:
        >>> low, high = of_auc(0.9, 100, 100)
        >>> round(low, 3), round(high, 3)
        (0.856, 0.944)
    """
    best_of_two, worst_of_two = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (genuine - 1) * (best_of_two - auc**2) + (impostors - 1) * (worst_of_two - auc**2)
    reach = _Z * math.sqrt(max(variance, 0.0) / (genuine * impostors))
    return Interval(max(0.0, auc - reach), min(1.0, auc + reach))


def of_draws(draws: np.ndarray) -> Interval:
    """The middle 95 % of a figure over draws, those left out in which it is not defined (NaN).

    Args:
        draws: the figure in each draw.

    Example:
        >>> of_draws(np.arange(101) / 100)
        Interval(low=0.025, high=0.975)
    """
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Interval(float(low), float(high))
