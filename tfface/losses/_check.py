"""Checks of arguments and inputs of the losses."""

import tensorflow as tf

from .._check import choice as choice
from .._check import number as number
from .._check import whole as whole

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
