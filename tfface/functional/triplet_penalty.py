"""What one triplet costs (Schroff et al. 2015, arXiv 1503.03832; Hermans et al. 2017, arXiv 1703.07737)."""

import tensorflow as tf

from . import numerics

FORMS = ("hinge", "squared")
SOFT = "soft"


def triplet_penalty(gap, margin, form="hinge"):
    """Loss of given triplets from d_ap − d_an: [gap + m]₊, its square, or for margin "soft" ln(1 + e^gap).

    Example:
        >>> import tfface
        >>> print(tfface.functional.triplet_penalty([-0.5, 0.1], margin=0.2).numpy())
        [0.  0.3]
    """
    gap = numerics.as_float32(gap)
    if margin == SOFT:
        return tf.nn.softplus(gap)
    hinge = tf.nn.relu(gap + margin)
    return tf.square(hinge) if form == "squared" else hinge


def triplet_slope(gap, margin, form="hinge"):
    """The derivative of `triplet_penalty` with respect to the gap."""
    if margin == SOFT:
        return tf.sigmoid(gap)
    hinge = tf.nn.relu(gap + margin)
    return 2.0 * hinge if form == "squared" else tf.cast(hinge > 0.0, tf.float32)
