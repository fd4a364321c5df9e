"""What a miner is, and what miners share."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import tensorflow as tf

from ..configured import Configured
from ..pairs import Pairs

# Stands for "no such pair" among distances; finite, so that prefix sums and gradients stay finite.
FAR = 1e30


class Triplets(NamedTuple):
    """T triplets an anchor, as distances (A, T) to their positives and negatives; `real` tells which of them count."""

    positive: tf.Tensor
    negative: tf.Tensor
    real: tf.Tensor


@dataclass(frozen=True)
class Miner(Configured):
    """Base of the miners."""

    def narrow(self, pairs: Pairs) -> Pairs:
        """The pairs that the loss looks at."""
        raise NotImplementedError

    picks: ClassVar[bool] = False  # whether it picks triplets; else they are all that the narrowed pairs make

    def over_triplets(self, pairs: Pairs, function):
        """What a function of the picked `Triplets` gives, (A,) tensors."""
        raise NotImplementedError


def sorted_negatives(pairs):
    """The distances to the negatives, rising, (A, K); the places beyond them hold `FAR`."""
    distance = tf.where(pairs.negative, pairs.distance, FAR)
    # The gradient of tf.sort is a slow scatter, and one that XLA does not take within a branch.
    order = tf.argsort(tf.stop_gradient(distance), axis=1)
    return tf.gather(distance, order, batch_dims=1)


def nearest(distance, mask):
    """The least distance of each anchor within the mask, (A, 1); `FAR` where it is empty."""
    return tf.reduce_min(tf.where(mask, distance, FAR), axis=1, keepdims=True)


def farthest(distance, mask):
    """The greatest distance of each anchor within the mask, (A, 1); `-FAR` where it is empty."""
    return tf.reduce_max(tf.where(mask, distance, -FAR), axis=1, keepdims=True)


def narrowed(pairs, positive, negative):
    """The pairs that are also in the given masks."""
    return pairs._replace(positive=pairs.positive & positive, negative=pairs.negative & negative)
