"""Miners that go by the order of the distances."""

from dataclasses import dataclass
from typing import ClassVar

import tensorflow as tf

from ... import _check
from .base import FAR, Miner, Triplets, farthest, narrowed, nearest
from .farther import with_farther_negative
from .positives import Positives, all_positives, over_positives


@dataclass(frozen=True)
class All(Miner):
    """All pairs and all triplets."""

    def narrow(self, pairs):
        return pairs


@dataclass(frozen=True)
class Hard(Miner):
    """The farthest positive and the nearest negative of each anchor (Hermans et al. 2017, arXiv 1703.07737)."""

    picks: ClassVar[bool] = True

    def narrow(self, pairs):
        distance = pairs.distance
        positive, negative = farthest(distance, pairs.positive), nearest(distance, pairs.negative)
        return narrowed(pairs, distance >= positive, distance <= negative)

    def over_triplets(self, pairs, function):
        positive, negative = farthest(pairs.distance, pairs.positive), nearest(pairs.distance, pairs.negative)
        return function(Triplets(positive, negative, (positive > -FAR) & (negative < FAR)))


@dataclass(frozen=True)
class SemiHard(Miner):
    """For each positive the nearest negative farther than it, or else the farthest negative.

    That is FaceNet's and tensorflow-addons' rule (Schroff et al. 2015, arXiv 1503.03832).
    """

    picks: ClassVar[bool] = True

    def narrow(self, pairs):
        picked = with_farther_negative(pairs, all_positives(pairs))
        chosen = tf.sort(tf.where(picked.real, picked.negative, FAR), axis=1)
        return narrowed(pairs, picked.real, _among(chosen, pairs.distance))

    def over_triplets(self, pairs, function):
        return over_positives(pairs, lambda positives: function(with_farther_negative(pairs, positives)))


@dataclass(frozen=True)
class Easy(Miner):
    """The nearest positive of each anchor: images of one person may stay apart (Xuan et al. 2020, arXiv 1904.04370).

    Args:
        negative: the negative beside it: `"semi-hard"`, the nearest one farther than the positive, or else the farthest
            one; or `"hard"`, the nearest one.

    Raises:
        ValueError: an unknown `negative`.
    """

    picks: ClassVar[bool] = True
    negative: str = "semi-hard"

    def __post_init__(self):
        _check.choice("negative", self.negative, ("semi-hard", "hard"))

    def narrow(self, pairs):
        picked = self._triplets(pairs)
        distance = pairs.distance
        return narrowed(
            pairs,
            picked.real & (distance <= picked.positive),
            picked.real & (distance == picked.negative),
        )

    def over_triplets(self, pairs, function):
        return function(self._triplets(pairs))

    def _triplets(self, pairs):
        positive = nearest(pairs.distance, pairs.positive)
        real = positive < FAR
        if self.negative == "semi-hard":
            return with_farther_negative(pairs, Positives(positive, real, few=True))
        negative = nearest(pairs.distance, pairs.negative)
        return Triplets(positive, negative, real & (negative < FAR))


def _among(rising, values):
    """Where a row of values (A, K) holds one of the rising values (A, T) of that row."""
    return tf.searchsorted(rising, values, side="right") > tf.searchsorted(rising, values, side="left")
