"""What a margin is: two elementwise maps from scores to logits, and the state they may need.

A margin never sees the head. Whatever evaluates `W·x` (dense, by chunks, on sampled or sharded classes) hands it scores
and gets logits back, so a margin is written once and runs in every head engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import tensorflow as tf


class StateSpec(NamedTuple):
    """A weight that a loss needs: it belongs to the model, so it is saved, restored and mirrored."""

    name: str
    shape: tuple[int, ...]
    initial: float | str = 0.0  # a constant, or the name of a Keras initializer
    trainable: bool = False
    moved_by: tuple = ()  # what its updates depend on: losses that share the weight must agree on it


class Sample(NamedTuple):
    """What a margin may know of each sample besides the scores it maps."""

    target: tf.Tensor  # (B,) score of the sample's own class
    norm: tf.Tensor | None  # (B,) norm of the embedding; None outside a FaceModel
    state: Mapping[str, tf.Tensor]
    counted: tf.Tensor  # (B,) False where the sample is ignored, and its target means nothing


@dataclass(frozen=True)
class Margin:
    """Base of all margins: the identity map, that is plain softmax on the scores."""

    inputs: ClassVar[str] = "cosine"  # or "dot": what a score is
    needs_norm: ClassVar[bool] = False

    def state(self) -> tuple[StateSpec, ...]:
        """The weights that the model keeps for this margin."""
        return ()

    def advance(self, sample: Sample) -> dict[str, tf.Tensor]:
        """New values of the state, computed once a training step, before the maps are used."""
        return {}

    def target_logit(self, score, sample: Sample):
        """Logit (B,) of the own class from its score (B,)."""
        return score

    def other_logits(self, scores, sample: Sample):
        """Logits (B, C) of the other classes from their scores (B, C)."""
        return scores

    def penalty(self, sample: Sample):
        """A further loss (B,) a sample; None without one."""
        return None
