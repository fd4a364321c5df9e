"""Checks of the parts of a TwoViewModel, of how they go with a loss, and of batches of two views."""

import logging

import tensorflow as tf
from tensorflow import keras

from .._check import number
from ..functional import replicas
from ..losses import BarlowTwins, VICReg
from ._check import fit, heads

_logger = logging.getLogger("tfface")
# Losses that decorrelate columns, and how many of them their papers have.
_EXPANDED = {BarlowTwins: 8192, VICReg: 8192}
_ALONE = "one image has nothing to be compared with: expected a global batch of at least two (drop_remainder=True)"


def layer(name, value):
    """A Keras layer or model, or nothing."""
    if value is not None and not isinstance(value, keras.layers.Layer):
        raise TypeError(f"{name}: expected a Keras layer, such as tfface.layers.{name.title()}(), received {value!r}")


def momentum(value):
    """None, a number or a schedule of numbers."""
    if not isinstance(value, keras.optimizers.schedules.LearningRateSchedule | None):
        number("momentum", value, 0.0, 1.0)


def head_for(parts, head):
    """There is a head for losses on classes, and none without; Keras trains its class weights."""
    classes = [part for part in parts if part.kind == "class"]
    if classes and head is None:
        raise ValueError(
            f"{type(classes[0]).__name__} judges scores of classes: expected a TwoViewModel(..., head=), or a loss on "
            "two views or on pairs here, and a tfface.FaceModel on model.backbone afterwards"
        )
    if head is not None and not classes:
        raise ValueError(f"head: {' + '.join(type(part).__name__ for part in parts)} uses none, expected None")
    for part in classes:
        fit(part, head)


def untaken(head):
    """A head of tfface, or None, whose class weights Keras trains."""
    heads(head, None)
    if head is not None and head.takes:
        raise ValueError(f'head: expected the engine "dense" or "chunked" in a TwoViewModel, received "{head.engine}"')


def networks_for(parts, networks):
    """The networks that these losses use are there, and no others."""
    names = " + ".join(type(part).__name__ for part in parts)
    predicts = any(getattr(part, "predicts", False) for part in parts)
    slow = any(getattr(part, "slow_targets", False) for part in parts)
    for argument, needed, given, example in (
        ("predictor", predicts, networks.predictor, "tfface.layers.Predictor()"),
        ("momentum", slow, networks.slow, "0.99"),
    ):
        if needed and given is None:
            raise ValueError(f"{names} needs one more network: expected TwoViewModel(..., {argument}={example})")
        if not needed and given is not None:
            raise ValueError(f"{argument}: {names} uses none, expected None, received one")


def wide_enough(parts, embedding_size, projection_size):
    """Warns where columns are to be decorrelated that are too few for that to say much."""
    for part in parts:
        paper = _EXPANDED.get(type(part))
        if paper and projection_size < embedding_size:
            _logger.warning(
                "%s: expected a projector that expands the embeddings, to %d columns or more (the paper: %d), has %d",
                type(part).__name__,
                embedding_size,
                paper,
                projection_size,
            )


def views(x, y):
    """Two views of one shape, of at least two images."""
    if not isinstance(x, tuple | list) or len(x) != 2:
        received = "one tensor and labels" if y is not None else "one tensor"
        received = f"{len(x)} tensors" if isinstance(x, tuple | list) else received
        raise ValueError(
            "fit, evaluate: expected batches ((first view, second view),) or ((first view, second view), labels), as "
            f"tfface.data.two_views gives them, received {received}"
        )
    first, second = (tf.convert_to_tensor(view) for view in x)
    if not first.shape.is_compatible_with(second.shape):
        raise ValueError(f"fit, evaluate: expected two views of one shape, received {first.shape} and {second.shape}")
    if first.shape[0] == 1 and replicas.count() == 1:
        raise ValueError(f"fit, evaluate: {_ALONE}, received 1")
    if first.shape[0] is None:
        images = replicas.total(tf.shape(first)[0])
        tf.debugging.assert_greater(images, 1, message=_ALONE)
    return first, second
