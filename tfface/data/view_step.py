"""Two views of a batch, made where they are asked for: in a pipeline, or in a model's step on its GPU."""

from __future__ import annotations

import tensorflow as tf

from .share import Rows
from .standard_batch import standardized
from .view_changes import change_view
from .views import Views, changes


def view_pair(
    images: tf.Tensor,
    preset: str | Views | tuple[Views, Views] = "faces",
    seed: tf.Tensor | tuple[int, int] = (0, 0),
) -> tuple[tf.Tensor, tf.Tensor]:
    """Two standardised views of each image of a batch; of a seed the same on every device, and under XLA.

    `two_views` calls it on the processors, in tf.data. Where these are too slow for the GPU, a model can call it in its
    own step, on batches of pixels.

    Args:
        images: pixels 0..255 (B, H, W, C), uint8 or float32, C 1 or 3.
        preset: as in `two_views`.
        seed: int32 (2,), another one for each step.

    Returns:
        Two tensors, float32 (B, H, W, C).

    Raises:
        ValueError: for an unknown preset.

    Example:
        >>> import tensorflow as tf
        >>> first, second = tfface.data.view_pair(tf.zeros((4, 16, 16, 3), tf.uint8), "simsiam", seed=(0, 7))
        >>> first.shape == second.shape == (4, 16, 16, 3)
        True
    """
    return pair_of(images, changes(preset), seed)


def pair_of(images: tf.Tensor, views: tuple[Views, Views], seed, rows: Rows | None = None):
    """The two views; `rows` says which of a batch the images are, if not all."""
    images = tf.cast(images, tf.float32)
    seeds = tf.unstack(tf.random.experimental.stateless_split(seed, 2, alg="philox"))
    return tuple(standardized(change_view(images, view, own, rows)) for view, own in zip(views, seeds, strict=True))
