"""Checks of arguments and inputs of the losses."""

import tensorflow as tf

from .._check import choice as choice
from .._check import number as number
from .._check import whole as whole
from ..functional import numerics

HEADS = {"cosine": "CosineHead", "dot": "LinearHead"}


def scores(loss, values):
    """Scores have two axes, and those of a cosine loss look like cosines wherever that can be seen at no cost."""
    if values.shape.rank != 2 or values.shape[-1] is None:
        raise ValueError(
            f"{type(loss).__name__}: expected scores (B, num_classes) from a {HEADS[loss.inputs]}, "
            f"received shape {values.shape}"
        )
    if loss.inputs == "cosine" and tf.executing_eagerly() and float(tf.reduce_max(tf.abs(values))) > 1.001:
        raise ValueError(
            f"{type(loss).__name__}: expected cosines in [-1, 1] from a tfface.layers.CosineHead, "
            f"received scores up to {float(tf.reduce_max(tf.abs(values))):.4g}"
        )


def embeddings(loss, values, rank=2, what="embeddings (B, D)"):
    """Embeddings have the rank that the loss works on."""
    if values.shape.rank != rank:
        raise ValueError(f"{type(loss).__name__}: expected {what}, received shape {values.shape}")


def views(loss, first, second, rank=2):
    """Two views of one shape as float32: (B, D), or with rank 3 both views of every image, (B, 2, D)."""
    both = numerics.as_float32(first), numerics.as_float32(second)
    shapes = [view.shape for view in both]
    expected = "two views (B, D)" if rank == 2 else "targets and predictions (B, 2, D)"
    fit = all(shape.rank == rank and (rank == 2 or shape[1] in (2, None)) for shape in shapes)
    if not fit or not shapes[0].is_compatible_with(shapes[1]):
        raise ValueError(
            f"{type(loss).__name__}: expected {expected} of one shape, received {shapes[0]} and {shapes[1]}"
        )
    return both
