"""The own class apart from the others, in few passes over the scores (B, S): those are what a step costs."""

import tensorflow as tf

from .numerics import NEVER, compiled


@tf.custom_gradient
def own_scores(scores, own):
    """The scores (B,) in the columns `own`, and all scores (B, S) as they are.

    The gradient of a plain gather is a second matrix (B, S) that has to be added to the first.
    """
    places = _places(own)

    def gradient(upstream, upstream_all):
        return _with_added(upstream_all, places, upstream), None

    return (tf.gather_nd(scores, places), tf.identity(scores)), gradient


@tf.custom_gradient
def others(values, own):
    """The values (B, S), with `NEVER` in the columns `own`; a column beyond them is not among these values.

    For sums of exponentials and for maxima, whose gradient at `NEVER` is 0: so it passes through as it is.
    """
    here = (own >= 0) & (own < tf.shape(values)[1])
    masked = _with_added(values, _places(tf.where(here, own, 0)), tf.where(here, NEVER, 0.0))  # -1e30 plus any score
    return masked, lambda upstream: (upstream, None)


def _places(own):
    return tf.stack([tf.range(tf.shape(own)[0]), own], axis=1)


def _with_added(values, places, numbers):
    """The values with numbers added in some places: in place if nothing else needs them, where other kernels copy."""
    if compiled():
        return tf.tensor_scatter_nd_add(values, places, numbers)
    return tf.raw_ops.ScatterNdNonAliasingAdd(input=values, indices=places, updates=numbers)
