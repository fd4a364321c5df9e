"""Panels for the losses with centres or proxies: a sample between its own centre and those of two others."""

import numpy as np
import tensorflow as tf
from field import field
from measure import F, each
from style import OTHER, OWN, STEPS, degrees, panels

# Where the centres are, in degrees.
AT = (30.0, 150.0, 270.0)
ANGLES = np.linspace(0.5, 179.5, 90)
# What is varied: the argument, four values.
VARIED = {
    "proxy_nca": ("scale", (1, 4, 9, 16)),
    "proxy_nca_pp": ("scale", (1, 4, 9, 16)),
    "proxy_anchor": ("scale", (4, 8, 16, 32)),
    "soft_triple": ("scale", (5, 10, 20, 40)),
}
NONE = np.zeros((0, 2), np.float32)


def draw(name, loss, make):
    state, shown = centres(loss)
    figure, (value, slope, plane) = panels(3)
    if name == "center":
        pulled(value, slope, loss, state)
    else:
        turned(value, slope, name, make, state)
    field(plane, loss, loss.name == "center", state, NONE, np.array([0]), shown=shown)
    return figure


def centres(loss):
    """The loss's weights, and what of them is drawn: (point, class)."""
    (spec,) = loss.state(F.Sizes(2, 3, 3))
    turns = [0.0] if len(spec.shape) == 2 else np.linspace(-25.0, 25.0, spec.shape[1])
    table = np.array([[[np.cos(a), np.sin(a)] for a in np.radians(at + np.array(turns))] for at in AT], np.float32)
    shown = [(point, label) for label, own in enumerate(table) for point in own]
    return {spec.name: tf.constant(table.reshape(spec.shape))}, shown


def lost(loss, state):
    """L of the angle (degrees) between a sample and its own centre, on the way to another one."""

    def function(angle):
        turned = (angle + AT[0]) * np.pi / 180.0
        sample = tf.stack([[tf.cos(turned), tf.sin(turned)]])
        return tf.reduce_mean(loss.embedding_losses(tf.constant([0]), sample, state)[0])

    return function


def turned(value, slope, name, make, state):
    argument, values = VARIED[name]
    for one, colour in zip(values, STEPS, strict=True):
        losses, slopes = each(lost(make(**{argument: one}), state), ANGLES)
        value.plot(ANGLES, losses, color=colour, label=f"{argument} = {one}")
        slope.plot(ANGLES, slopes * 180.0 / np.pi, color=colour)
    for axis, title in ((value, "loss, from its own centre to another"), (slope, "its gradient")):
        axis.axvline(AT[1] - AT[0], color="#bbbbbb", lw=0.8)
        axis.set_title(title)
        degrees(axis, "angle to the own centre")
    value.legend(loc="upper left")


def pulled(value, slope, loss, state):
    """Loss and gradient against the distance to the own centre."""
    own = np.array([np.cos(np.radians(AT[0])), np.sin(np.radians(AT[0]))], np.float32)
    steps = np.linspace(0.0, 3.0, 61)

    def function(distance):
        return tf.reduce_mean(loss.embedding_losses(tf.constant([0]), ((1.0 + distance) * own)[tf.newaxis], state)[0])

    for axis, curve, colour, title in zip(
        (value, slope), each(function, steps), (OWN, OTHER), ("loss", "its gradient"), strict=True
    ):
        axis.plot(steps, curve, color=colour)
        axis.set(title=title, xlabel="distance from the own centre")
