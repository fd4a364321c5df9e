"""References as in `reference`, of the margins that go beyond a fixed margin on angle or cosine."""

import math

import numpy as np
from reference import angular, normface, softmax, unit


def combined(x, w, labels, m1=1.0, m2=0.3, m3=0.2, scale=64.0, **options):
    def target(t, i):
        return scale * (np.cos(m1 * t + m2) - m3)

    return angular(x, w, labels, target, lambda t, i: scale * np.cos(t), **options)


def airface(x, w, labels, margin=0.45, scale=64.0, **options):
    def logit(t, i):
        return scale * (np.pi - 2 * t) / np.pi

    return angular(x, w, labels, lambda t, i: logit(t + margin, i), logit, **options)


def sphereface_r(x, w, labels, margin=1.5, scale=30.0):
    def target(t, i):
        pieces = int(np.ceil(margin))  # of [0, π], the last one cut short where m is not whole
        k = max(k for k in range(pieces) if k * np.pi / margin <= t)
        return scale * ((-1) ** k * np.cos(margin * t) - 2 * k)

    return angular(x, w, labels, target, lambda t, i: scale * np.cos(t))


def coco(x, w, labels, epsilon=3.4e-5):
    return normface(x, w, labels, scale=np.log((len(w) - 1) / (np.exp(epsilon) - 1)) / 2)


def soft_margin_softmax(x, w, labels, margin=0.5):
    losses = [softmax([xi], w, [y], bias=-margin * (np.arange(len(w)) == y)) for xi, y in zip(x, labels, strict=True)]
    return np.mean(losses)


def _own_cosines(x, w, labels):
    return np.sum(unit(x) * unit(w)[labels], axis=1)


def _arc(cosine, margin):
    theta = np.arccos(cosine)
    return np.cos(theta + margin) if theta + margin < np.pi else cosine - margin * np.sin(margin)


def mv_softmax(x, w, labels, base="arc", margin=0.5, scale=32.0, emphasis=0.2):
    own = _own_cosines(x, w, labels)
    targets = [_arc(c, margin) if base == "arc" else c - margin for c in own]

    def other(t, i):
        c = np.cos(t)
        return scale * ((emphasis + 1) * c + emphasis if c > targets[i] else c)

    return angular(x, w, labels, lambda t, i: scale * targets[i], other)


def curricularface(x, w, labels, margin=0.5, scale=64.0, progress=0.0):
    targets = [_arc(c, margin) for c in _own_cosines(x, w, labels)]

    def other(t, i):
        c = np.cos(t)
        return scale * (c * (progress + c) if c > targets[i] else c)

    return angular(x, w, labels, lambda t, i: scale * targets[i], other)


def magface(
    x, w, labels, lower_margin=0.45, upper_margin=0.8, lower_norm=10.0, upper_norm=110.0, norm_weight=35.0, scale=64.0
):
    a = np.clip(np.linalg.norm(x, axis=1), lower_norm, upper_norm)
    margins = np.interp(a, [lower_norm, upper_norm], [lower_margin, upper_margin])

    def target(t, i):
        return scale * (np.cos(t + margins[i]) if np.cos(t) > 0 else np.cos(t))

    penalty = norm_weight * np.mean(a / upper_norm**2 + 1 / a)
    return angular(x, w, labels, target, lambda t, i: scale * np.cos(t)) + penalty


def circle_class(x, w, labels, margin=0.25, scale=256.0):
    def target(t, i):
        return scale * max(1 + margin - np.cos(t), 0) * (np.cos(t) - (1 - margin))

    return angular(x, w, labels, target, lambda t, i: scale * max(np.cos(t) + margin, 0) * (np.cos(t) - margin))


def von_mises_fisher(x, w, labels):
    """−ln of the density at the own class's direction over the uniform density, the Bessel function by its series."""
    dimension = x.shape[1]
    order = dimension / 2 - 1
    losses = []
    for xi, y in zip(x, labels, strict=True):
        kappa = np.linalg.norm(xi)
        bessel = sum(
            (kappa / 2) ** (2 * k + order) / (math.factorial(k) * math.gamma(k + order + 1)) for k in range(80)
        )
        constant = kappa**order / ((2 * np.pi) ** (dimension / 2) * bessel)
        area = 2 * np.pi ** (dimension / 2) / math.gamma(dimension / 2)
        losses.append(-np.log(constant * np.exp(kappa * unit(xi) @ unit(w[y])) * area))
    return np.mean(losses)
