"""The own class apart from the others, in few passes over the scores (B, S): those are what a step costs."""

import tensorflow as tf

from .numerics import NEVER, logsumexp_and_pull


@tf.custom_gradient
def own_scores(scores, own):
    """The scores (B,) in the columns `own`, and all scores (B, S) as they are.

    The gradient of a plain gather is a second matrix (B, S) that has to be added to the first.
    """
    places = _places(own)

    def gradient(upstream, upstream_all):
        return tf.tensor_scatter_nd_add(upstream_all, places, upstream), None

    return (tf.gather_nd(scores, places), tf.identity(scores)), gradient


@tf.custom_gradient
def logsumexp_of_others(logits, own):
    """ln Σ_{j≠y} e^{z_j}, (B,), of logits (B, S) whose own classes are in the columns `own`; `NEVER` without others.

    An own class beyond the columns is not among these logits.
    """
    here = (own >= 0) & (own < tf.shape(logits)[1])
    places = _places(tf.where(here, own, 0))
    logits = tf.tensor_scatter_nd_update(logits, places, tf.where(here, NEVER, tf.gather_nd(logits, places)))
    value, pull = logsumexp_and_pull(logits)
    return value, lambda upstream: (pull(upstream), None)


def _places(own):
    return tf.stack([tf.range(tf.shape(own)[0]), own], axis=1)
