"""The changes of a view, of a whole batch at once in TensorFlow: in a pipeline, or on a GPU."""

from __future__ import annotations

import tensorflow as tf

from .changes import colours, detail, geometry, hiding
from .changes.draws import Draws
from .share import Rows
from .views import Views


def change_view(images: tf.Tensor, views: Views, seed: tf.Tensor, rows: Rows | None = None) -> tf.Tensor:
    """Change every image as `views` allows; the same seed gives the same result.

    Args:
        images: float32 (B, H, W, C), pixels 0..255, C 1 or 3.
        views: what may happen.
        seed: int32 (2,).
        rows: which rows of a batch they are, if not all: what happens to them is what happens there.

    Returns:
        float32 (B, H, W, C), pixels 0..255.
    """
    draw = Draws(images, seed, 24, rows)
    strengths = views.brightness, views.contrast, views.saturation, views.hue
    images = geometry.crop(images, draw, views.crop, views.aspect, views.flip)
    images = draw.perhaps(views.jitter, lambda images: colours.jitter(images, draw, *strengths), images)
    if images.shape[-1] == 3:
        images = draw.perhaps(views.grey, colours.greyed, images)
    images = draw.perhaps(views.low_resolution, lambda images: detail.low_resolution(images, draw), images)
    images = draw.perhaps(views.blur, lambda images: detail.blur(images, draw, views.blur_size), images)
    images = draw.perhaps(views.solarize, colours.solarized, images)
    return draw.perhaps(views.occlusion, lambda images: hiding.occlude(images, draw, views.occlusion_size), images)
