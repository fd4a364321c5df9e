"""VICReg: near views, spread columns, uncorrelated columns (Bardes, Ponce, LeCun 2021, arXiv 2105.04906)."""

import tensorflow as tf

from .. import numerics, replicas
from ..probability import tfp

# What the paper's equations, its algorithm and the published code make of the same terms: whether the distance of two
# views is a sum or a mean over D, and the weight of the two views' variance terms.
FORMS = {"algorithm": ("mean", 1.0), "equation": ("sum", 1.0), "code": ("mean", 0.5)}


def vicreg(a, b, invariance=25.0, variance=25.0, covariance=1.0, target=1.0, epsilon=1e-4, form="algorithm"):
    """λ s(a, b) + μ (v(a) + v(b)) + ν (c(a) + c(b)), variance and covariance over the global batch.

    s: squared distance of a sample's views; v = 1/D Σ_j [γ − √(C_jj + ε)]₊; c = 1/D Σ_{i≠j} C_ij²; C = the covariance
    of the columns over B − 1.

    Args:
        a: embeddings (B, D) of one view.
        b: embeddings (B, D) of the other view, row by row of the same images.
        invariance: λ.
        variance: μ.
        covariance: ν.
        target: γ, the standard deviation that columns should have.
        epsilon: ε.
        form: "algorithm": s is a mean over D; "equation": a sum; "code": a mean, and v(a), v(b) count half.

    Returns:
        (B,): the sample's own invariance term, and the batch's other terms.

    Example:
        >>> import tfface
        >>> views = [[2.0, 2.0], [-2.0, 2.0], [2.0, -2.0], [-2.0, -2.0]]
        >>> tfface.functional.vicreg(views, views).numpy()
        array([0., 0., 0., 0.], dtype=float32)
    """
    a, b = numerics.as_float32(a), numerics.as_float32(b)
    over_columns, share = FORMS[form]
    reduce = tf.reduce_sum if over_columns == "sum" else tf.reduce_mean
    loss = invariance * reduce(tf.square(a - b), axis=-1)
    for view in (replicas.gather(a), replicas.gather(b)):
        matrix = _unbiased_covariance(view)
        columns = tf.linalg.diag_part(matrix)
        dimension = tf.cast(tf.shape(columns)[0], tf.float32)
        spread = tf.reduce_sum(tf.nn.relu(target - tf.sqrt(columns + epsilon))) / dimension
        shared = tf.reduce_sum(tf.square(tf.linalg.set_diag(matrix, tf.zeros_like(columns)))) / dimension
        loss += variance * share * spread + covariance * shared
    return loss


def _unbiased_covariance(x):
    samples = tf.cast(tf.shape(x)[0], tf.float32)
    biased = tfp().stats.covariance(x, sample_axis=0, event_axis=-1)
    return biased * (samples / tf.maximum(samples - 1.0, 1.0))
