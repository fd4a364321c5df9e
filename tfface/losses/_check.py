"""Checks of arguments and inputs: each names the thing, what was expected and what came."""

import math
import numbers

import tensorflow as tf

HEADS = {"cosine": "CosineHead", "dot": "LinearHead"}


def number(name, value, low=-math.inf, high=math.inf, below=False, above=False):
    """A finite number within [low, high]; `above` and `below` exclude the low and the high end."""
    real = isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    if not real or not (low < value if above else low <= value) or not (value < high if below else value <= high):
        raise ValueError(f"{name}: expected {_domain(low, high, above, below)}, received {value!r}")
    return value


def _domain(low, high, above, below):
    if math.isinf(low) and math.isinf(high):
        return "a finite number"
    if math.isinf(high):
        return f"a number {'above' if above else 'of at least'} {low:g}"
    return f"a number in {'(' if above else '['}{low:g}, {high:g}{')' if below else ']'}"


def whole(name, value, low):
    """A whole number of at least `low`."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < low:
        raise ValueError(f"{name}: expected a whole number of at least {low}, received {value!r}")
    return int(value)


def choice(name, value, options):
    """One of the named options."""
    if value not in options:
        raise ValueError(f"{name}: expected one of {', '.join(map(repr, options))}, received {value!r}")
    return value


def scores(loss, values):
    """Scores have two axes, and those of a cosine loss look like cosines wherever that can be seen at no cost."""
    if values.shape.rank != 2 or values.shape[-1] is None:
        raise ValueError(
            f"{type(loss).__name__}: expected scores (B, num_classes) from a {HEADS[loss.inputs]}, "
            f"received shape {values.shape}"
        )
    if loss.inputs == "cosine" and tf.executing_eagerly() and float(tf.reduce_max(tf.abs(values))) > 1.001:
        raise ValueError(
            f"{type(loss).__name__}: expected cosines in [-1, 1] from a tfface.layers.CosineHead, "
            f"received scores up to {float(tf.reduce_max(tf.abs(values))):.4g}"
        )


def embeddings(loss, values, rank=2, what="embeddings (B, D)"):
    """Embeddings have the rank that the loss works on."""
    if values.shape.rank != rank:
        raise ValueError(f"{type(loss).__name__}: expected {what}, received shape {values.shape}")
