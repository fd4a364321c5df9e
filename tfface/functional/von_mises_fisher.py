"""Embeddings as von Mises–Fisher distributions: the direction is the mean, the norm κ says how sure it is.

x = κ μ is the natural parameter of the density C(κ) e^{κ μ·w} of directions w, so adding up the embeddings of one
person's images weighs each by how sure it is (Li et al. 2021, Spherical Confidence Learning for Face Recognition).
"""

import math

import tensorflow as tf

from . import numerics
from .probability import tfp


def von_mises_fisher(cosine, concentration, dimension: int):
    """−ln of the density at a direction, in units of the uniform density: −κ cos θ − ln(C(κ) / C(0)).

    0 for κ = 0, which knows nothing; its derivative with respect to κ is A(κ) − cos θ.

    Args:
        cosine: cos θ between the mean and the direction, any shape.
        concentration: κ ≥ 0, same shape.
        dimension: D, of the embeddings.

    Returns:
        The loss in nats, same shape.

    Example:
        >>> import tfface
        >>> round(float(tfface.functional.von_mises_fisher(0.9, 20.0, 8)), 3)
        -5.757
    """
    order = dimension / 2.0 - 1.0

    # The derivative of this sum would be the difference of large numbers; A(κ) is exact.
    @tf.custom_gradient
    def loss(cosine, concentration):
        positive = tf.maximum(concentration, 1e-6)
        bessel = tfp().math.log_bessel_ive(tf.constant(order, tf.float32), positive)
        value = positive * (1.0 - cosine) + bessel - order * tf.math.log(positive / 2.0) + math.lgamma(order + 1.0)

        def gradient(upstream):
            return -upstream * concentration, upstream * (resultant_length(concentration, dimension) - cosine)

        return value, gradient

    return loss(numerics.as_float32(cosine), numerics.as_float32(concentration))


def resultant_length(concentration, dimension: int):
    """A(κ) = I_{D/2}(κ) / I_{D/2−1}(κ), the expected cosine between the mean and a direction; from 0 to 1."""
    return tfp().math.bessel_iv_ratio(tf.constant(dimension / 2.0, tf.float32), numerics.as_float32(concentration))


def uncertainty(embeddings):
    """1 − A(‖x‖) for embeddings (B, D) → (B,): the expected 1 − cos θ to the identity, 0 for sure, 1 for no idea.

    Example:
        >>> import tfface
        >>> [round(float(u), 3) for u in tfface.functional.uncertainty([[0.0, 0.0, 0.0], [20.0, 0.0, 0.0]])]
        [1.0, 0.05]
    """
    embeddings = numerics.as_float32(embeddings)
    return 1.0 - resultant_length(numerics.norm(embeddings), embeddings.shape[-1])


def distribution(embeddings):
    """The embeddings (B, D) as a batch of `tfp.distributions.VonMisesFisher`: densities, entropies, samples.

    Example:
        >>> import tfface
        >>> (mean,) = tfface.functional.distribution([[0.0, 0.0, 20.0]]).mean()
        >>> [round(float(x), 3) for x in mean]
        [0.0, 0.0, 0.95]
    """
    embeddings = numerics.as_float32(embeddings)
    return tfp().distributions.VonMisesFisher(numerics.normalize(embeddings), numerics.norm(embeddings))
