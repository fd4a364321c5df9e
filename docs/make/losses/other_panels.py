"""Panels for two losses unlike the others: a memory of former batches, and an embedding's certainty."""

import numpy as np
import tensorflow as tf
from field import LABELS, OTHERS, field
from measure import F, each
from style import OWN, STEPS, panels

COSINES = (0.3, 0.5, 0.7, 0.9)
SIZE = 128


def memory(loss):
    """The pull on a sample by a batch that has no one else, and with what a memory adds."""
    figure, (alone, together) = panels(2)
    field(alone, loss.loss, True, {}, OTHERS[:1], LABELS[:2], title="the batch alone")
    remembered = tf.constant(LABELS[2:]), tf.constant(OTHERS[1:])
    field(together, loss.loss, True, {}, OTHERS[:1], LABELS[:2], remembered, title="and the memory (hollow)")
    return figure


def certainty(loss):
    """Loss and gradient against κ, and the cosine that κ expects."""
    figure, (value, slope, expected) = panels(3)
    steps = np.linspace(1.0, 400.0, 60)
    for cosine, colour in zip(COSINES, STEPS, strict=True):

        def lost(kappa, cosine=cosine):
            return F.von_mises_fisher(tf.constant([cosine]), kappa[tf.newaxis], SIZE)[0]

        losses, slopes = each(lost, steps)
        value.plot(steps, losses, color=colour, label=f"cos θ = {cosine}")
        slope.plot(steps, slopes, color=colour)
    slope.axhline(0.0, color="#bbbbbb", lw=0.8)
    slope.set_ylim(-0.5, 0.5)
    expected.plot(steps, F.resultant_length(tf.constant(steps, tf.float32), SIZE), color=OWN)
    expected.set_ylim(0, 1)
    for axis, title in (
        (value, f"loss in nats, {SIZE} dimensions"),
        (slope, "gradient ∂L/∂κ"),
        (expected, "cosine that κ expects"),
    ):
        axis.set(title=title, xlabel="κ = ‖x‖")
    value.legend()
    return figure
