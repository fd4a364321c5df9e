"""Barlow Twins: the two views' cross-correlation becomes the identity (Zbontar et al. 2021, arXiv 2103.03230)."""

import tensorflow as tf

from .. import numerics, replicas
from ..probability import tfp

FORMS = ("squared", "l1")
# Inside the square root of a column's variance, as in batch normalisation: a constant column correlates with nothing.
EPSILON = 1e-5


def barlow_twins(a, b, off_diagonal=5e-3, form="squared"):
    """Σ_i (1 − C_ii)² + λ Σ_{i≠j} C_ij², or l1: Σ_i |1 − C_ii| + λ Σ_{i≠j} |C_ij|, of the global batch.

    C_ij = cov(a_i, b_j) / √((var(a_i) + ε)(var(b_j) + ε)), ε = 1e-5, with biased variances and covariances.

    Args:
        a: embeddings (B, D) of one view.
        b: embeddings (B, D) of the other view, row by row of the same images.
        off_diagonal: λ.
        form: "squared" or "l1".

    Returns:
        The number B times, (B,).

    Example:
        >>> import tfface
        >>> views = [[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]
        >>> float(tfface.functional.barlow_twins(views, views)[0]) < 1e-9
        True
    """
    a, b = numerics.as_float32(a), numerics.as_float32(b)
    correlation = cross_correlation(replicas.gather(a), replicas.gather(b))
    penalty = tf.square if form == "squared" else tf.abs
    on = tf.linalg.diag_part(correlation)
    off = tf.linalg.set_diag(correlation, tf.zeros_like(on))
    loss = tf.reduce_sum(penalty(1.0 - on)) + off_diagonal * tf.reduce_sum(penalty(off))
    return tf.fill(tf.shape(a)[:1], loss)


def cross_correlation(a, b):
    """C (D, D) of two sets of columns (B, D)."""
    stats = tfp().stats
    covariance = stats.covariance(a, b, sample_axis=0, event_axis=-1)
    scale_a, scale_b = (tf.math.rsqrt(stats.variance(x, sample_axis=0) + EPSILON) for x in (a, b))
    return scale_a[:, tf.newaxis] * covariance * scale_b
