"""Panels for the losses on pairs and triplets: an anchor with a positive and a negative, one of which moves."""

import numpy as np
import tensorflow as tf
from field import field
from measure import F, each, state_of
from style import FIELD, OTHER, OWN, degrees, panels

LABELS = [0, 0, 1]
ANGLES = np.linspace(0.5, 150.0, 76)  # degrees
AT_REST = {"positive": 40.0, "negative": 70.0}
DISTANCES = np.linspace(0.02, 3.0, 76)
REST = {"positive": 0.8, "negative": 1.2}
# Whose pairs have a distance and not only an angle.
PLANE = ("contrastive", "lifted_structure", "range", "minimum_margin")


def draw(loss):
    figure, (positive, negative, both, plane) = panels(4)
    lost = on_plane(loss) if loss.name in PLANE else on_sphere(loss)
    moved(positive, loss, lost, "positive")
    moved(negative, loss, lost, "negative")
    image(both, loss, lost)
    field(plane, loss, plane_of=loss.name in PLANE)
    return figure


def value(loss, embeddings):
    """L of anchor, positive and negative (3, D)."""
    return tf.reduce_mean(loss.embedding_losses(tf.constant(LABELS), embeddings, state_of(loss, F.Sizes(2, 2, 2)))[0])


def on_sphere(loss):
    """L of the angles (degrees) of positive and negative to the anchor, in planes that stand at right angles."""
    length = 3.0 if loss.name == "npairs" else 1.0

    def lost(positive, negative):
        p, n = positive * np.pi / 180.0, negative * np.pi / 180.0
        points = [[1.0, 0.0, 0.0], [tf.cos(p), tf.sin(p), 0.0], [tf.cos(n), 0.0, tf.sin(n)]]
        return value(loss, length * tf.stack([tf.stack(point) for point in points]))

    return lost


def on_plane(loss):
    """L of the distances of positive and negative from the anchor, in directions at right angles."""

    def lost(positive, negative):
        points = [[0.0, 0.0], [positive, 0.0], [0.0, negative]]
        return value(loss, tf.stack([tf.stack(point) for point in points]))

    return lost


def moved(axis, loss, lost, which):
    """Loss and gradient while one of the two moves and the other rests."""
    plane = loss.name in PLANE
    steps, rest = (DISTANCES, REST) if plane else (ANGLES, AT_REST)
    places = {name: np.full_like(steps, rest[name]) for name in ("positive", "negative")} | {which: steps}
    losses, *slopes = each(lost, places["positive"], places["negative"])
    slope = slopes[which == "negative"] * (1.0 if plane else 180.0 / np.pi)
    axis.plot(steps, losses, color=OWN, label="loss")
    axis.plot(steps, slope, color=OTHER, linestyle="--", lw=1.3, label="its gradient")
    unit = "" if plane else "°"
    still = "negative" if which == "positive" else "positive"
    axis.set_title(f"the {which} moves ({still} at {rest[still]:g}{unit})")
    if plane:
        axis.set(xlabel="distance from the anchor", xlim=(0, DISTANCES[-1]))
    else:
        degrees(axis, "angle to the anchor")
        axis.set_xlim(0, 150)
    axis.axhline(0.0, color="#bbbbbb", lw=0.7, zorder=0)
    axis.legend(loc="best")


def image(axis, loss, lost, size=33):
    """The loss over both distances or both cosines, and which way its gradient pulls."""
    plane = loss.name in PLANE
    steps = np.linspace(0.02, 3.0, size) if plane else np.linspace(2.0, 150.0, size)
    positive, negative = np.meshgrid(steps, steps)
    losses, along, up = each(lost, positive, negative)
    shown = axis.contourf(positive, negative, losses, levels=24, cmap=FIELD)
    every = slice(2, None, 5)
    length = np.maximum(np.hypot(along, up), 1e-9)
    pulled = np.where(length > 1e-3 * length.max(), 1.0, np.nan)
    arrows = [(-part / length * pulled)[every, every] for part in (along, up)]
    axis.quiver(positive[every, every], negative[every, every], *arrows, color="#d73027", width=0.008, pivot="mid")
    what = "distance" if plane else "angle"
    axis.set(title="loss, and where it pulls to", xlabel=f"{what} of the positive", ylabel=f"{what} of the negative")
    axis.figure.colorbar(shown, ax=axis, shrink=0.85, ticks=np.linspace(losses.min(), losses.max(), 4), format="%.3g")
