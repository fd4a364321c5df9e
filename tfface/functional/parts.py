"""Numbers a sample that can be had of any share of the classes, and are then put together."""

import tensorflow as tf

from . import numerics

LOGSUMEXP, GREATEST = "logsumexp", "greatest"


def reduced(parts):
    """Parts of some classes as numbers a sample: a log-sum-exp (B,) of its logits (B, S), the others as they are."""
    return {name: numerics.logsumexp(part) if name == LOGSUMEXP else part for name, part in parts.items()}


def joined(name, shares):
    """A part (B,) of all classes from those (R, B) of shares of them: a log-sum-exp, a maximum, or else a sum."""
    if name == LOGSUMEXP:
        return tf.reduce_logsumexp(shares, axis=0)
    return tf.reduce_max(shares, axis=0) if name == GREATEST else tf.reduce_sum(shares, axis=0)


def slope(name, part, whole, upstream):
    """The gradient with respect to a part of some classes, before it is `reduced`.

    Args:
        name: of the part.
        part: of these classes.
        whole: (B,), of all classes.
        upstream: (B,), the gradient with respect to the whole.
    """
    if name != LOGSUMEXP:
        return upstream
    upstream = tf.where(whole > numerics.NEVER, upstream, 0.0)
    return tf.exp(part - whole[:, tf.newaxis]) * upstream[:, tf.newaxis]
