"""What a training says of images that could not be read while it went on."""

import logging
from collections.abc import Callable
from contextlib import contextmanager

import tensorflow as tf

from ..data import ImageError
from ..tracking import RunLog, layout
from .images import TrainingImages

_logger = logging.getLogger("tfface")


@contextmanager
def named(images: TrainingImages, save: Callable[[], str]):
    """Tells what TensorFlow says of an image that cannot be read in the words of its reader.

    Args:
        images: those to train on.
        save: saves what was learnt so far, and tells how to go on.

    Raises:
        ImageError: an image cannot be read; the message names it.
    """
    try:
        yield
    except tf.errors.OpError as error:
        if images.failure is None:
            raise
        raise ImageError(f"{images.failure}{save()}") from error


def tell(run, skipped: list[str]) -> None:
    """Logs at the end of a training how many images could not be read."""
    if skipped:
        RunLog(run).set(f"{layout.DATA}/skipped", len(skipped))
        _logger.warning("%d images could not be read; first: %s", len(skipped), skipped[0])
