"""What a head engine gives back."""

from typing import NamedTuple

import tensorflow as tf


class Supervision(NamedTuple):
    """What a head makes of a batch in training."""

    losses: tf.Tensor  # (B,), their mean over the global batch is the loss
    state: dict  # new values of the loss's weights
    scores: tf.Tensor  # (B, C or fewer) what the engine looked at, for the metrics
    labels: tf.Tensor  # (B,) class ids among these scores
