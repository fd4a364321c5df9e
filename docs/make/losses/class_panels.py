"""Panels for the losses on scores: target logit, gradient, probability against angle, boundary of two classes."""

import numpy as np
import tensorflow as tf
from measure import class_losses, curve, logits
from style import OTHER, OWN, PLAIN, QUIET, STEPS, degrees, panels

import tfface

ANGLES = np.linspace(0.0, np.pi, 361)
NORM = 20.0
# Of the people that a sample is told from, whose cosines are all 0: what AdaCos' paper looks at.
CLASSES = 2000
NORMS = {"adaface": {10: 0.4, 20: 0.7, 35: 1.0}, "magface": {10: 0.4, 60: 0.7, 110: 1.0}}  # and how strongly drawn
SCALES = (8, 16, 32, 64)
NORM_IS_SCALE = ("softmax", "l_softmax", "sphereface", "soft_margin_softmax")
PUBLISHED = {"sphereface2": 50.0}  # by what the published code multiplies the loss
OWN_SCALE = ("adacos", "coco")  # they have no margin, and differ from NormFace in the scale
SCALE_OF = {"l2_softmax": "alpha"}


def draw(loss, make):
    """The four panels of a class loss; `make(**arguments)` makes the loss with other arguments."""
    figure, (target, pull, chance, circle) = panels(4)
    target_logit(target, loss)
    gradient(pull, loss)
    probability(chance, loss, make)
    boundary(circle, loss)
    return figure


def plain_of(loss):
    """The loss without its margin, at the same scale."""
    if loss.inputs == "dot":
        return tfface.L2Softmax(alpha=loss.alpha) if loss.name == "l2_softmax" else tfface.Softmax()
    if loss.name in OWN_SCALE:
        return tfface.NormFace()
    return tfface.NormFace(scale=NORM if loss.name == "sphereface" else loss.scale)


def at(loss, angles, other=0.0, norm=NORM, classes=CLASSES):
    """z_y and z_j where the own class is at these angles and the other has this cosine."""
    cosines = tf.cos(tf.convert_to_tensor(angles, tf.float32))
    return logits(loss, cosines, tf.fill((len(angles), 1), other), norm, classes)


def target_logit(axis, loss):
    shown = np.degrees(ANGLES)
    plain = at(plain_of(loss), ANGLES)[0]
    norms = NORMS.get(loss.name, {NORM: 1.0})
    owns = [at(loss, ANGLES, norm=norm)[0] for norm in norms]
    if not np.allclose(owns[-1], plain, atol=1e-3):
        axis.plot(shown, plain, color=PLAIN, label="NormFace, s = 30" if loss.name in OWN_SCALE else "no margin")
    for own, (norm, alpha) in zip(owns, norms.items(), strict=True):
        axis.plot(shown, own, color=OWN, alpha=alpha, label=f"‖x‖ = {norm}" if len(norms) > 1 else "own class")
    if loss.name not in (*NORMS, *OWN_SCALE):
        axis.fill_between(shown, own, plain, color=OWN, alpha=0.12, linewidth=0)
    others = hard_class(loss)
    if min(np.abs(others - known).max() for known in (plain, own)) > 1e-3 * np.abs(plain).max():
        axis.plot(shown, others, color=OTHER, linestyle="--", linewidth=1.2, label="another class")
    axis.set_title("logit against angle")
    degrees(axis, "θ")
    axis.legend(loc="lower left")


def hard_class(loss):
    """z_j of another class at every angle, where the own class is at 60°."""
    cosines = tf.cos(tf.constant(ANGLES, tf.float32))
    own = tf.fill((len(ANGLES),), 0.5)
    return logits(loss, own, cosines[:, tf.newaxis], NORM, CLASSES)[1][:, 0].numpy()


def gradient(axis, loss):
    def lost(loss):
        def function(angles):
            times = PUBLISHED.get(loss.name, 1.0)
            return times * class_losses(*at(loss, angles), binary=loss.rule.binary_weights, count=CLASSES - 1)

        return function

    angles = ANGLES[1:-1]
    for one, colour in ((plain_of(loss), PLAIN), (loss, OWN)):
        axis.plot(np.degrees(angles), curve(lost(one), angles)[1], color=colour)
    axis.set_title(f"gradient ∂L/∂θ, {CLASSES:,} classes" + (", L × 50" if loss.name in PUBLISHED else ""))
    axis.set_ylim(bottom=min(0.0, axis.get_ylim()[0]))
    degrees(axis, "θ to the own class")


def probability(axis, loss, make):
    varied = SCALE_OF.get(loss.name, "scale")
    for value, colour in zip((32, 64, 128, 256) if loss.name == "circle_class" else SCALES, STEPS, strict=True):
        if loss.name in NORM_IS_SCALE:
            other, norm, label = loss, value, f"‖x‖ = {value}"
        elif loss.name not in OWN_SCALE:
            other, norm, label = make(**{varied: value}), NORM, f"{'α' if varied == 'alpha' else 's'} = {value}"
        else:
            other, norm, label = tfface.NormFace(scale=value), NORM, f"s = {value}"
        for one, style in ((plain_of(other), ":"), (other, "-")):
            chance = chances(one, norm)
            axis.plot(np.degrees(ANGLES), chance, style, color=colour, label=label if style == "-" else None, lw=1.3)
    if loss.name in OWN_SCALE:
        axis.plot(np.degrees(ANGLES), chances(loss, NORM), color="black", label=f"{type(loss).__name__}'s s")
    axis.set_title("probability of the own class")
    axis.set_ylim(-0.03, 1.03)
    degrees(axis, "θ to the own class")
    axis.legend(loc="upper right")


def chances(loss, norm):
    own, others = at(loss, ANGLES, norm=norm)
    if loss.rule.binary_weights is not None:
        return tf.sigmoid(own)
    return tf.exp(-class_losses(own, others, count=CLASSES - 1))


def boundary(axis, loss, apart=80.0, size=241):
    """Where on the disc a sample of the one class is well placed, one of the other, and neither."""
    longest = {"magface": 110.0, "adaface": 40.0}.get(loss.name, 8.0)
    x, y = np.meshgrid(*[np.linspace(-1.0, 1.0, size)] * 2)
    radius = np.hypot(x, y)
    first, second = (np.radians(90.0 + side * apart / 2) for side in (1, -1))
    centres = [(first,), (second,)]
    if loss.name == "subcenter_arcface":
        centres = [(first, first + 1.0), (second, second - 1.6)]
    cosines = [nearest(own, x, y, radius) for own in centres]
    for (own, other), colour in zip((cosines, cosines[::-1]), (OWN, OTHER), strict=True):
        target, others = logits(loss, own, other[:, np.newaxis], longest * radius.ravel(), classes=2)
        won = target > others[:, 0] if loss.rule.binary_weights is None else (target > 0) & (others[:, 0] < 0)
        shade = np.where(won.numpy().reshape(x.shape) & (radius <= 1), 1.0, np.nan)
        axis.contourf(x, y, np.nan_to_num(shade), levels=[0.5, 1.5], colors=[colour], alpha=0.35)
    axis.add_patch(_circle())
    for own, colour in zip(centres, (OWN, OTHER), strict=True):
        for angle in own:
            axis.annotate("", (np.cos(angle), np.sin(angle)), (0, 0), arrowprops={"arrowstyle": "->", "color": colour})
    axis.set(title="two classes: decided, and margin", aspect="equal", xticks=[], yticks=[])
    axis.axis("off")


def nearest(angles, x, y, radius):
    """The largest cosine (N,) of the points with directions at these angles."""
    along = np.max([x * np.cos(angle) + y * np.sin(angle) for angle in angles], axis=0)
    return (along / np.maximum(radius, 1e-6)).ravel()


def _circle():
    from matplotlib.patches import Circle

    return Circle((0, 0), 1, fill=False, color=QUIET, linewidth=0.8)
