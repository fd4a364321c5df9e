"""Losses that compare embeddings with one learnt proxy a class: Proxy-NCA (arXiv 1703.07464) and Proxy-Anchor."""

import tensorflow as tf

from . import numerics, replicas
from .class_loss import over_counted
from .distances import sqeuclidean
from .labels import IGNORED, class_ids

DENOMINATORS = ("others", "all")


def proxy_nca(labels, embeddings, proxies, scale=1.0, denominator="others", normalize=True):
    """−ln(e^{−s d_y} / Σ_z e^{−s d_z}), d_z = ‖x − p_z‖²: values (B,) whose mean over the global batch is the loss.

    Args:
        labels: (B,) class ids; -1 ignores the sample.
        embeddings: (B, D).
        proxies: (C, D).
        scale: s, the inverse of Proxy-NCA++'s temperature.
        denominator: whether the sum runs over "others", z ≠ y, or over "all".
        normalize: whether embeddings and proxies are L2-normalised first.

    Example:
        >>> import tfface
        >>> round(float(tfface.functional.proxy_nca([0], [[1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]])[0]), 4)
        -2.0
    """
    labels = class_ids(labels)
    embeddings, proxies = numerics.as_float32(embeddings), numerics.as_float32(proxies)
    if normalize:
        embeddings, proxies = numerics.normalize(embeddings), numerics.normalize(proxies)
    counted = tf.not_equal(labels, IGNORED)
    own = tf.where(counted, labels, 0)
    logits = -scale * sqeuclidean(embeddings, proxies)
    target = tf.gather(logits, own, batch_dims=1)
    if denominator == "others":
        is_own = tf.equal(own[:, tf.newaxis], tf.range(tf.shape(proxies)[0]))
        logits = tf.where(is_own, numerics.NEVER, logits)
    return over_counted(tf.reduce_logsumexp(logits, axis=1) - target, counted)


def proxy_anchor(labels, embeddings, proxies, margin=0.1, scale=32.0):
    """The proxies are the anchors, s_xp = cos(x, p): values (B,) whose mean over the global batch is the loss.

    `1/|P⁺| Σ_{p∈P⁺} ln(1 + Σ_{x of p} e^{−α(s_xp − δ)}) + 1/C Σ_p ln(1 + Σ_{x not of p} e^{α(s_xp + δ)})`, where P⁺ are
    the proxies with an image in the batch. All samples share the loss evenly.

    Args:
        labels: (B,) class ids; -1 ignores the sample.
        embeddings: (B, D).
        proxies: (C, D).
        margin: δ.
        scale: α.

    Reference:
        Kim, Kim, Cho, Kwak: Proxy Anchor Loss for Deep Metric Learning, CVPR 2020, arXiv 2003.13911.
    """
    labels = class_ids(labels)
    embeddings, proxies = numerics.as_float32(embeddings), numerics.as_float32(proxies)
    cosines = tf.matmul(numerics.normalize(proxies), numerics.normalize(embeddings), transpose_b=True)
    own = tf.equal(tf.range(tf.shape(proxies)[0])[:, tf.newaxis], labels)
    others = ~own & (labels != IGNORED)
    pulls = _softplus_of_sum(-scale * (cosines - margin), own)
    pushes = _softplus_of_sum(scale * (cosines + margin), others)
    present = replicas.total(tf.reduce_sum(tf.cast(own, tf.float32), axis=1)) > 0.0
    pull = numerics.divide(tf.reduce_sum(pulls), tf.math.count_nonzero(present))
    loss = pull + tf.reduce_mean(pushes)
    return over_counted(tf.fill(tf.shape(labels), loss), labels != IGNORED)


def _softplus_of_sum(exponents, counted):
    """ln(1 + Σ e^z) over the counted samples of the global batch, (C, B) → (C,)."""
    here = tf.pad(tf.where(counted, exponents, numerics.NEVER), [[0, 0], [0, 1]], constant_values=numerics.NEVER)
    local = tf.reduce_logsumexp(here, axis=1)
    return tf.nn.softplus(tf.reduce_logsumexp(replicas.gather(local[tf.newaxis]), axis=0))
