"""Panels for the losses on two views: what they want of correlations, spreads, angles and negatives."""

import numpy as np
import tensorflow as tf
from measure import each
from style import OTHER, OWN, PLAIN, STEPS, degrees, panels

ANGLES = np.linspace(0.5, 179.5, 60)
TEMPERATURES = (0.05, 0.1, 0.2, 0.5)
SAMPLES = 64


def draw(loss, make):
    figure, axes = panels(3)
    DRAWN[loss.name](axes, loss, make)
    return figure


def white(columns=4):
    """Columns (B, 4) with mean 0 and deviation 1 that correlate with nothing."""
    drawn = np.random.default_rng(0).normal(size=(SAMPLES, columns))
    drawn -= drawn.mean(axis=0)
    return tf.constant(np.linalg.qr(drawn)[0] * np.sqrt(SAMPLES - 1), tf.float32)


def columns(axes, loss, make):
    """Losses of views of two columns: how alike the views are, how alike the columns, and how wide they spread."""
    u = white()

    def called(a, b):
        return tf.reduce_mean(loss(a, b))

    def agreeing(c):
        return called(u[:, :2], c * u[:, :2] + tf.sqrt(1.0 - c * c) * u[:, 2:])

    def mixed(c):
        both = tf.stack([u[:, 0], c * u[:, 0] + tf.sqrt(1.0 - c * c) * u[:, 1]], axis=1)
        return called(both, both)

    def spread(deviation):
        return called(deviation * u[:, :2], deviation * u[:, :2])

    inside = np.linspace(-0.98, 0.98, 50)
    plots = (
        (agreeing, inside, "correlation between the views", "the same column in both views"),
        (mixed, inside, "correlation between the columns", "two columns of a view"),
        (spread, np.linspace(0.02, 2.0, 50), "standard deviation of the columns", "equal views, how wide"),
    )
    for axis, (function, steps, label, title) in zip(axes, plots, strict=True):
        losses, slopes = each(function, steps)
        axis.plot(steps, losses, color=OWN, label="loss")
        axis.plot(steps, slopes, color=OTHER, linestyle="--", lw=1.2, label="its gradient")
        axis.set(title=title, xlabel=label)
        low, high = np.quantile(slopes, [0.05, 0.95])  # a gradient may be endless at the end
        low, high = min(losses.min(), low), max(losses.max(), high)
        room = max(0.05 * (high - low), 1e-3)
        axis.set_ylim(low - room, high + room)
    axes[0].legend()


def lost_of_angles(loss, count=8):
    """L of the angles to the twin, and to the nearest of the negatives; the others of them are at 90°."""

    def direction(angle, axis):
        turned = angle * np.pi / 180.0
        return tf.concat([[tf.cos(turned)], tf.sin(turned) * tf.one_hot(axis, count + 1)], axis=0)

    def function(twin, negative):
        query, key = direction(tf.constant(0.0), 0), direction(twin, 0)
        others = [direction(negative, 1), *(direction(tf.constant(90.0), axis) for axis in range(2, count))]
        if loss.name == "moco":
            state = {"moco_queue": tf.stack(others), "moco_pointer": tf.constant(0.0)}
            return tf.reduce_mean(loss.view_losses(key[tf.newaxis], query[tf.newaxis], state)[0])
        # One image of interest; the views of the others are equal, and the first two samples carry the loss.
        return loss.view_losses(tf.stack([query, *others]), tf.stack([key, *others]), {})[0][0]

    return function


def negatives(axes, loss, make):
    """The twin's angle, the nearest negative's angle, and how steep that is."""
    for temperature, colour in zip(TEMPERATURES, STEPS, strict=True):
        function = lost_of_angles(make(temperature=temperature))
        losses = each(function, ANGLES, np.full_like(ANGLES, 90.0))[0]
        axes[0].plot(ANGLES, losses, color=colour, label=f"τ = {temperature}")
        losses = each(function, np.full_like(ANGLES, 45.0), ANGLES)[0]
        axes[1].plot(ANGLES, losses, color=colour)
        axes[2].plot(ANGLES, np.gradient(losses, np.radians(ANGLES)), color=colour)
    titles = ("the twin moves (negatives at 90°)", "a negative moves (twin at 45°)", "the slope of that")
    for axis, title in zip(axes, titles, strict=True):
        axis.set_title(title)
        degrees(axis, "angle")
    axes[0].legend()


def angles(axes, loss, make):
    """Loss and gradient against the angle, and where the gradient goes."""

    def pair(angle):
        turned = angle * np.pi / 180.0
        prediction = tf.stack([tf.cos(turned), tf.sin(turned)])
        target = tf.constant([1.0, 0.0])
        return tf.reduce_mean(loss(tf.stack([[target, target]]), tf.stack([[prediction, prediction]])))

    losses, slopes = each(pair, ANGLES)
    axes[0].plot(ANGLES, losses, color=OWN)
    axes[1].plot(ANGLES, slopes * 180.0 / np.pi, color=OTHER)
    for axis, title in ((axes[0], "loss"), (axes[1], "its gradient")):
        axis.set_title(title)
        degrees(axis, "angle of prediction and target")
    sides(axes[2], loss)


def sides(axis, loss):
    """The pull on prediction and target: the target has none."""
    prediction = tf.Variable([[[np.cos(1.0), np.sin(1.0)]] * 2], dtype=tf.float32)
    target = tf.Variable([[[1.0, 0.0]] * 2])
    with tf.GradientTape() as tape:
        lost = tf.reduce_mean(loss(target, prediction))
    found = tape.gradient(lost, [prediction, target], unconnected_gradients="zero")
    axis.bar(
        ["prediction", "target\n(stands still)"],
        [float(tf.norm(part)) for part in found],
        color=[OTHER, PLAIN],
        width=0.5,
    )
    axis.set_title("gradient that each side gets")


DRAWN = {
    "barlow_twins": columns,
    "vicreg": columns,
    "simclr": negatives,
    "moco": negatives,
    "simsiam": angles,
    "byol": angles,
}
