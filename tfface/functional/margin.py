"""What a margin is: two elementwise maps from scores to logits, and the state they may need.

A margin never sees the head. Whatever evaluates `W·x` (dense, by chunks, on sampled or sharded classes) hands it scores
and gets logits back, so a margin is written once and runs in every head engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import tensorflow as tf

# What a margin may need besides the scores, which only a FaceModel can give.
NORM = "the norm of the embeddings"
WEIGHT_NORM = "the norms of the class weights"
EMBEDDING = "the embeddings before the head"


class Sizes(NamedTuple):
    """What the shapes and first values of a loss's weights depend on; None where a model has no such thing."""

    embedding: int | None = None
    classes: int | None = None
    scored: int | None = None  # classes that a training step looks at; fewer than all in a sampling engine


class StateSpec(NamedTuple):
    """A weight that a loss needs: it belongs to the model, so it is saved, restored and mirrored."""

    name: str
    shape: tuple[int, ...]
    initial: float | str = 0.0  # a constant, or the name of a Keras initializer
    trainable: bool = False
    dtype: str = "float32"
    moved_by: tuple = ()  # what its updates depend on: losses that share the weight must agree on it


class Scored(NamedTuple):
    """What a head hands to a loss: scores of all classes, or of those that an engine looks at."""

    scores: tf.Tensor  # (B, S)
    labels: tf.Tensor  # (B,) columns of the own classes; -1 ignores the sample
    num_classes: int  # C ≥ S
    norm: tf.Tensor | None = None  # (B,) ‖x_i‖
    weight_norm: tf.Tensor | None = None  # (S,) ‖W_j‖
    classes: tf.Tensor | None = None  # (S,) class ids of the columns; None where they are all classes in order
    size: int | None = None  # D, of the embeddings


class Sample(NamedTuple):
    """What a margin may know of each sample besides the scores it maps."""

    target: tf.Tensor  # (B,) score of the sample's own class
    state: Mapping[str, tf.Tensor]
    counted: tf.Tensor  # (B,) False where the sample is ignored, and its target means nothing
    own: tf.Tensor  # (B,) column of the own class
    scored: Scored
    training: bool = False
    others: tf.Tensor | None = None  # (B,) log-sum-exp of `summarised` over the other classes
    weight_norm: tf.Tensor | None = None  # (B,) ‖W_y‖ of the own class

    @property
    def norm(self):
        """‖x_i‖, (B,)."""
        return self.scored.norm


@dataclass(frozen=True)
class Margin:
    """Base of all margins: the identity map, that is plain softmax on the scores."""

    inputs: ClassVar[str] = "cosine"  # or "dot": what a score is
    needs: ClassVar[tuple[str, ...]] = ()  # of NORM, WEIGHT_NORM, EMBEDDING

    @property
    def binary_weights(self) -> tuple[float, float] | None:
        """None: softmax cross-entropy of the logits. (w⁺, w⁻): w⁺ ln(1 + e^{−z_y}) + w⁻ Σ_{j≠y} ln(1 + e^{z_j})."""
        return None

    def state(self, sizes: Sizes) -> tuple[StateSpec, ...]:
        """The weights that the model keeps for this margin."""
        return ()

    def prepare(self, embeddings):
        """The embeddings (B, D) that the head scores."""
        return embeddings

    def summarised(self, scores, sample: Sample):
        """A map (B, S) whose log-sum-exp over the other classes `advance` is given as `sample.others`; None without."""
        return None

    def advance(self, sample: Sample) -> dict[str, tf.Tensor]:
        """New values of the state, computed once a training step, before the maps are used."""
        return {}

    def target_logit(self, score, sample: Sample):
        """Logit (B,) of the own class from its score (B,)."""
        return score

    def other_logits(self, scores, sample: Sample):
        """Logits (B, S) of the other classes from their scores (B, S)."""
        return scores

    def penalty(self, sample: Sample):
        """A further loss (B,) a sample; None without one."""
        return None
