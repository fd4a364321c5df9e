"""Losses of tuplets: one anchor, one positive and all its negatives at once, ln(1 + Σ_n e^(z_n − z_p)).

N-pair (Sohn 2016, NeurIPS), tuplet margin (Yu and Tao 2019, ICCV) and angular (Wang et al. 2017, arXiv 1708.01682)
differ in the logits z.
"""

import math

import tensorflow as tf

from . import numerics, replicas
from .class_loss import over_counted
from .labels import IGNORED, both_known
from .pairs import Pairs, batch_mean


def log_sum_exp(values, mask):
    """ln Σ e^v over the masked values of each row, (A, K) → (A, 1); very low where there are none."""
    return tf.reduce_logsumexp(tf.where(mask, values, numerics.NEVER), axis=1, keepdims=True)


def _mean_over_tuplets(losses, pairs):
    """Per-anchor values (A,), whose mean over the global batch is that of losses (A, K) over positive pairs."""
    valid = pairs.positive & tf.reduce_any(pairs.negative, axis=1, keepdims=True)
    return batch_mean(
        tf.reduce_sum(tf.where(valid, losses, 0.0), axis=1), tf.math.count_nonzero(valid, axis=1, dtype=tf.float32)
    )


def n_pairs(pairs: Pairs):
    """N-pair loss of a batch, ln(1 + Σ_n e^(s_an − s_ap)) with similarities s, the mean over positive pairs: (A,)."""
    return _mean_over_tuplets(tf.nn.softplus(log_sum_exp(pairs.similarity, pairs.negative) - pairs.similarity), pairs)


def given_n_pairs(labels, embeddings, metric):
    """N-pair loss of explicit pairs: labels (B,), embeddings (B, 2, D) as anchor and positive → (B,).

    As in the paper, the negatives of an anchor are the positives of the other labels in the global batch.
    """
    anchors, positives = tf.unstack(embeddings, axis=1)
    everyones_labels, rows = replicas.gather(labels), tf.shape(labels)[0]
    known = both_known(labels, everyones_labels)
    own = replicas.own_rows(rows)[:, tf.newaxis] == tf.range(tf.shape(everyones_labels)[0])
    other = labels[:, tf.newaxis] != everyones_labels
    measured = metric.measured(anchors, replicas.gather(positives))
    return n_pairs(Pairs(measured, known & own, known & other, embeddings.shape[-1], metric))


def half_squared_norms(labels, embeddings):
    """½ ‖x‖² of each sample (B,), or of (B, 2, D) the mean of both, over the samples that are not ignored."""
    squares = 0.5 * tf.reduce_sum(tf.square(embeddings), axis=-1)
    squares = squares if squares.shape.rank == 1 else tf.reduce_mean(squares, axis=1)
    return over_counted(squares, labels != IGNORED)


def tuplet_margin(pairs: Pairs, margin=0.1, scale=64.0):
    """Tuplet margin loss of a batch, z_n = s cos θ_an and z_p = s cos(θ_ap − β): per-anchor values (A,).

    Args:
        pairs: of a batch, with cosines as similarities.
        margin: β in radians, by which a positive may be farther without loss.
        scale: s.
    """
    cosine = pairs.similarity
    push = log_sum_exp(scale * cosine, pairs.negative)
    slack = math.cos(margin) * cosine + math.sin(margin) * numerics.sine(cosine)
    return _mean_over_tuplets(tf.nn.softplus(push - scale * slack), pairs)


def intra_pair_variance(pairs: Pairs, epsilon=0.01):
    """Mean of [(1 − ε) E[cos θ_ap] − cos θ_ap]₊² and of [cos θ_an − (1 + ε) E[cos θ_an]]₊², summed: values (A,).

    Args:
        pairs: of a batch, with cosines as similarities. The means E are over its positive and its negative pairs.
        epsilon: ε, the share of the mean by which a pair may differ without loss.
    """
    cosine = pairs.similarity

    def beyond(mask, side, bound):
        excess = tf.nn.relu(side * (cosine - bound * _mean_of(cosine, mask)))
        squares = tf.where(mask, tf.square(excess), 0.0)
        return batch_mean(tf.reduce_sum(squares, axis=1), tf.math.count_nonzero(mask, axis=1, dtype=tf.float32))

    return beyond(pairs.positive, -1.0, 1.0 - epsilon) + beyond(pairs.negative, 1.0, 1.0 + epsilon)


def _mean_of(values, mask):
    """The mean of the masked values (A, K) over the global batch."""
    total = replicas.total(tf.reduce_sum(tf.where(mask, values, 0.0)))
    return numerics.divide(total, replicas.total(tf.reduce_sum(tf.cast(mask, tf.float32))))


def angular(pairs: Pairs, alpha=math.pi / 4):
    """Angular loss of a batch, z_n = 4 tan²α (x_a + x_p)·x_n and z_p = 2 (1 + tan²α) x_a·x_p: per-anchor values (A,).

    A sum over n for every (a, p) would be O(B³), but e^(x_a·x_n + x_p·x_n) is a product of what depends on (a, n) and
    on (p, n), and a and p have the same negatives: so the sum is a matrix product.

    Args:
        pairs: of a batch, with cosines as similarities; every partner is an anchor too.
        alpha: α in radians, at most `LARGEST_ALPHA`.
    """
    tangent = math.tan(alpha) ** 2
    pull = 4.0 * tangent * pairs.similarity
    # The nearest negative of an anchor gives its factor 1; cosines cannot be so far apart that the others vanish.
    nearest = tf.reduce_max(tf.where(pairs.negative, pull, numerics.NEVER), axis=1, keepdims=True)
    nearest = tf.stop_gradient(tf.where(nearest > numerics.NEVER, nearest, 0.0))
    factors = tf.where(pairs.negative, tf.exp(tf.where(pairs.negative, pull - nearest, 0.0)), 0.0)
    sums = tf.matmul(factors, replicas.gather(factors), transpose_b=True)
    some = sums > 0.0
    push = tf.math.log(tf.where(some, sums, 1.0)) + nearest + replicas.gather(nearest)[:, 0]
    push = tf.where(some, push, numerics.NEVER)
    return _mean_over_tuplets(tf.nn.softplus(push - 2.0 * (1.0 + tangent) * pairs.similarity), pairs)


# tan²α = 3: e^(−8 tan²α) and its square, by which two cosines can differ, are far inside float32.
LARGEST_ALPHA = math.pi / 3
