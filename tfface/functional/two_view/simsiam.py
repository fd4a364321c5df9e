"""SimSiam: each view predicts the other, which stands still (Chen, He 2020, arXiv 2011.10566)."""

import tensorflow as tf

from .. import numerics


def predicted_cosines(predictions1, predictions2, targets1, targets2):
    """cos(p1, sg z2) and cos(p2, sg z1), (B,) each: every view's prediction against the other view's target."""
    p1, p2, z1, z2 = (
        numerics.normalize(numerics.as_float32(x)) for x in (predictions1, predictions2, targets1, targets2)
    )
    return tuple(tf.reduce_sum(p * tf.stop_gradient(z), axis=-1) for p, z in ((p1, z2), (p2, z1)))


def simsiam(p1, p2, z1, z2):
    """−½ cos(p1, sg z2) − ½ cos(p2, sg z1), no gradient through z: (B, D) each → (B,).

    Args:
        p1: predictions from the first view.
        p2: predictions from the second view.
        z1: projections of the first view.
        z2: projections of the second view.

    Example:
        >>> import tfface
        >>> x = [[3.0, 4.0]]
        >>> float(tfface.functional.simsiam(x, x, x, x)[0])
        -1.0
    """
    first, second = predicted_cosines(p1, p2, z1, z2)
    return -0.5 * (first + second)
