"""MixUp: two images in one."""

from __future__ import annotations

import tensorflow as tf

from .draws import Draws


def mix_up(images: tf.Tensor, labels: tf.Tensor, alpha: float, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Each image is mixed with another of its batch, `λ x_i + (1 − λ) x_j`, λ drawn from Beta(α, α).

    The mix is labelled i with probability λ, else j: on average the loss is MixUp's, `λ L(y_i) + (1 − λ) L(y_j)`.
    So labels stay class ids, and losses with a margin, for which soft labels have no meaning, learn from mixes too.

    Args:
        images: (B, H, W, C), pixels 0..255.
        labels: int32 (B,).
        alpha: α > 0; the smaller, the more of one of both.
        seed: int32 (2,).

    Reference:
        Zhang, Cisse, Dauphin, Lopez-Paz: mixup: Beyond Empirical Risk Minimization, 2017, arXiv 1710.09412.
    """
    draw = Draws(images, seed, 3)
    others = tf.argsort(draw())
    one, two = tf.unstack(tf.random.stateless_gamma([2, tf.shape(images)[0]], draw.seed(), alpha))
    share = tf.math.divide_no_nan(one, one + two)
    mixed = share[:, None, None, None] * images + (1.0 - share)[:, None, None, None] * tf.gather(images, others)
    return mixed, tf.where(draw() < share, labels, tf.gather(labels, others))
