"""SoftTriple: softmax over classes of several learnt centres each (Qian et al. 2019, arXiv 1909.05235)."""

import tensorflow as tf

from . import numerics
from .class_loss import over_counted
from .labels import IGNORED, class_ids


def soft_triple(labels, embeddings, centers, margin=0.01, scale=20.0, gamma=0.1, tau=0.2):
    """Cross-entropy of λ(S_y − δ) among λ S_j, plus τ times how far the centres of a class lie apart: values (B,).

    `S_j = Σ_k softmax_k(x̂·ŵ_jk / γ) x̂·ŵ_jk`; the regulariser is `Σ_j Σ_{s<t} ‖ŵ_js − ŵ_jt‖ / (C K (K − 1))`.

    Args:
        labels: (B,) class ids; -1 ignores the sample.
        embeddings: (B, D).
        centers: (C, K, D).
        margin: δ.
        scale: λ.
        gamma: γ, the temperature among the centres of a class.
        tau: τ, the weight of the regulariser, which brings superfluous centres together.
    """
    labels = class_ids(labels)
    embeddings = numerics.normalize(numerics.as_float32(embeddings))
    centers = numerics.normalize(numerics.as_float32(centers))
    classes, (count, size) = tf.shape(centers)[0], centers.shape[1:]
    cosines = tf.matmul(embeddings, tf.reshape(centers, [classes * count, size]), transpose_b=True)
    cosines = tf.reshape(cosines, [-1, classes, count])
    similarity = tf.reduce_sum(tf.nn.softmax(cosines / gamma) * cosines, axis=2)

    counted = tf.not_equal(labels, IGNORED)
    own = tf.where(counted, labels, 0)
    is_own = tf.equal(own[:, tf.newaxis], tf.range(classes))
    logits = scale * tf.where(is_own, similarity - margin, similarity)
    losses = tf.reduce_logsumexp(logits, axis=1) - tf.gather(logits, own, batch_dims=1)
    if count > 1 and tau:
        losses += tau / (count * (count - 1)) * _spread(centers) / tf.cast(classes, tf.float32)
    return over_counted(losses, counted)


def _spread(centers):
    """Σ_j Σ_{s<t} ‖w_js − w_jt‖ of unit centres (C, K, D)."""
    cosines = tf.matmul(centers, centers, transpose_b=True)
    pairs = tf.linalg.band_part(tf.ones(cosines.shape[1:]), 0, -1) - tf.eye(cosines.shape[1])
    return tf.reduce_sum(pairs * numerics.square_root(tf.where(pairs > 0.0, tf.maximum(2.0 - 2.0 * cosines, 0.0), 0.0)))
