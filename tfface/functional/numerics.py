"""Square roots, norms and angles whose values and gradients stay finite everywhere.

`acos(c)` and `sqrt(1 - c**2)` have infinite derivatives at c = ±1, which float32 reaches as soon as a face is learnt
well. Here values are exact everywhere; gradients are exact where sin θ ≥ `SIN_FLOOR` and use that floor below it.
"""

import tensorflow as tf
from tensorflow.python.ops.control_flow_util import GraphOrParentsInXlaContext

SIN_FLOOR = 1e-3
# Vectors shorter than this have no direction in float32 (the sum of squares leaves its range): they count as zero.
SHORTEST = 1e-18
# Stands for -infinity among logits: its exponential is 0, and unlike -inf it survives a multiplication by 0.
NEVER = -1e30


def compiled():
    """Whether XLA compiles what is traced: it lacks some kernels of TensorFlow, and does better without them."""
    return GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph())


def as_float32(x) -> tf.Tensor:
    """The tensor in float32, the precision of all loss math."""
    return tf.cast(tf.convert_to_tensor(x), tf.float32)


@tf.custom_gradient
def sine(cosine):
    """sin θ = √(1 − cos²θ) for θ in [0, π], from cos θ."""
    value = tf.sqrt(tf.maximum((1.0 - cosine) * (1.0 + cosine), 0.0))

    def gradient(upstream):
        return -upstream * cosine / tf.maximum(value, SIN_FLOOR)

    return value, gradient


@tf.custom_gradient
def angle(cosine):
    """θ = arccos(cos θ) in radians, from cos θ (rounding beyond ±1 is cut off)."""
    inside = tf.clip_by_value(cosine, -1.0, 1.0)

    def gradient(upstream):
        return -upstream / tf.maximum(tf.sqrt((1.0 - inside) * (1.0 + inside)), SIN_FLOOR)

    return tf.acos(inside), gradient


@tf.custom_gradient
def square_root(x):
    """√x for x ≥ 0, with gradient 0 at x = 0."""
    value = tf.sqrt(x)

    def gradient(upstream):
        return tf.math.divide_no_nan(0.5 * tf.convert_to_tensor(upstream), value)  # that of a gather is sparse

    return value, gradient


def norm(x):
    """‖x‖ over the last axis, (…, D) → (…); the zero vector has norm 0 and gradient 0."""
    return square_root(tf.reduce_sum(tf.square(x), axis=-1))


def inverse_norm(x):
    """1 / ‖x‖ over the last axis, (…, D) → (…); 0 for the zero vector, with gradient 0."""
    squared = tf.reduce_sum(tf.square(x), axis=-1)
    directed = squared > SHORTEST**2
    return tf.where(directed, tf.math.rsqrt(tf.where(directed, squared, 1.0)), 0.0)


def normalize(x):
    """x / ‖x‖ over the last axis; the zero vector stays zero, with gradient 0."""
    return x * inverse_norm(x)[..., tf.newaxis]


@tf.custom_gradient
def masked_logsumexp(values, mask):
    """ln Σ e^v over the masked values of each row, (A, K) → (A,); `NEVER`, with gradient 0, where there are none."""
    value, pull = logsumexp_and_pull(tf.where(mask, values, NEVER))
    return value, lambda upstream: (pull(upstream), None)


@tf.custom_gradient
def logsumexp(values):
    """ln Σ e^v of each row, (A, K) → (A,)."""
    return logsumexp_and_pull(values)


def logsumexp_and_pull(values):
    """ln Σ e^v of each row, (A, K) → (A,), and the function from its upstream gradient to that of the values."""
    largest = tf.reduce_max(values, axis=1, keepdims=True)
    shares = tf.exp(values - largest)
    total = tf.reduce_sum(shares, axis=1, keepdims=True)

    def pull(upstream):
        return shares * tf.where(largest > NEVER, upstream[:, tf.newaxis] / total, 0.0)

    return (largest + tf.math.log(total))[:, 0], pull


def divide(numerator, count):
    """numerator / count, and 0 where there was nothing to count."""
    return numerator / tf.maximum(tf.cast(count, numerator.dtype), 1.0)
