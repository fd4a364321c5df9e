"""What the shared tests know of a loss: its arguments, and a reference with the same."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np

import tfface

BATCH, CLASSES, SIZE = 9, 6, 5
CENTERS = np.random.default_rng(5).normal(size=(CLASSES, SIZE))


@dataclass(frozen=True)
class Case:
    """A loss with its arguments, and its reference with the same."""

    name: str
    loss: tfface.losses.FaceLoss
    # class losses: (embeddings, weights, labels) → mean loss; embedding losses: (labels, embeddings) → mean loss;
    # two-view losses: (one view or targets, other view or predictions) → mean loss
    reference: callable
    state: dict = field(default_factory=dict)
    # Trained weights of an embedding loss by name, as functions of the class weights; the reference takes them third.
    trained: dict = field(default_factory=dict)
    # False where the documented gradient is not the derivative of the value (straight-through, frozen norms)
    exact_gradient: bool = True

    def __str__(self):
        return self.name


def case(name, cls, reference, renamed=None, **changed):
    """A stateless loss whose reference takes the same arguments, some under other names."""
    renamed = renamed or {}
    return Case(name, cls(**changed), partial(reference, **{renamed.get(k, k): v for k, v in changed.items()}))
