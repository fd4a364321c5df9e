"""SimCLR: a view finds its twin among all other views of the batch (Chen et al. 2020, arXiv 2002.05709)."""

import tensorflow as tf

from .. import numerics, replicas


def simclr(a, b, temperature=0.5):
    """NT-Xent: −log e^{cos(z_i, z_j)/τ} / Σ_{k≠i} e^{cos(z_i, z_k)/τ} over the 2B views of the global batch.

    Args:
        a: embeddings (B, D) of one view.
        b: embeddings (B, D) of the other view, row by row of the same images.
        temperature: τ.

    Returns:
        (B,): the mean of the two views' losses.

    Example:
        >>> import tfface
        >>> x = [[1.0, 0.0], [0.0, 1.0]]
        >>> [round(float(loss), 4) for loss in tfface.functional.simclr(x, x)]
        [0.2395, 0.2395]
    """
    a, b = (numerics.normalize(numerics.as_float32(x)) for x in (a, b))
    everyone = tf.concat([replicas.gather(a), replicas.gather(b)], axis=0)
    rows, columns = tf.shape(a)[0], tf.shape(everyone)[0]
    own = replicas.own_rows(rows)
    together = tf.reduce_sum(a * b, axis=-1) / temperature

    def found(view, itself):
        logits = tf.matmul(view, everyone, transpose_b=True) / temperature
        logits = tf.where(itself[:, tf.newaxis] == tf.range(columns), numerics.NEVER, logits)
        return tf.reduce_logsumexp(logits, axis=1) - together

    return 0.5 * (found(a, own) + found(b, own + columns // 2))
