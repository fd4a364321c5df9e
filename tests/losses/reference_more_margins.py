"""References as in `reference`: margins on dot products, scales from the classes, drawn margins, binary losses."""

import numpy as np
from reference import arcface, cosface, cross_entropy, normface, psi, softmax, unit


def l2_softmax(x, w, labels, alpha=16.0):
    return softmax(alpha * unit(x), w, labels)


def l_softmax(x, w, labels, margin=4, blend=0.0):
    losses = []
    for xi, y in zip(x, labels, strict=True):
        logits = w @ xi
        length = np.linalg.norm(w[y]) * np.linalg.norm(xi)
        cosine = np.clip(logits[y] / length, -1, 1)
        logits[y] = length * (blend * cosine + psi(np.arccos(cosine), margin)) / (1 + blend)
        losses.append(cross_entropy(logits, y))
    return np.mean(losses)


def adacos(x, w, labels, scale=None, **options):
    return normface(x, w, labels, scale=np.sqrt(2) * np.log(len(w) - 1) if scale is None else scale, **options)


def adacos_step(x, w, labels, scale):
    """The scale that a batch makes of the former one."""
    cosines = unit(x) @ unit(w).T
    sums, angles = [], []
    for row, y in zip(cosines, labels, strict=True):
        sums.append(sum(np.exp(scale * c) for j, c in enumerate(row) if j != y))
        angles.append(np.arccos(row[y]))
    return np.log(np.mean(sums)) / np.cos(min(np.pi / 4, np.median(angles)))


def elasticface(x, w, labels, margins, base="arc", scale=64.0):
    """With the given margin for each sample."""
    one = {"arc": arcface, "cos": cosface}[base]
    return np.mean([one(x[i : i + 1], w, labels[i : i + 1], margin=m, scale=scale) for i, m in enumerate(margins)])


def binary(x, w, labels, own, other, weights, label_smoothing=0.0, filter_above=None):
    """Mean over the samples of Σ_j w⁺ q_j ln(1 + e^{−z_j}) + w⁻ (1 − q_j) ln(1 + e^{z_j}) for soft targets q."""
    losses = []
    for xi, y in zip(x, labels, strict=True):
        cosines = unit(w) @ unit(xi)
        kept = [j for j in range(len(w)) if j == y or filter_above is None or cosines[j] <= filter_above]
        loss = 0.0
        for j in kept:
            z = own(cosines[j], j) if j == y else other(cosines[j], j)
            q = label_smoothing / len(kept) + (1 - label_smoothing) * (j == y)
            loss += weights[0] * q * np.log1p(np.exp(-z)) + weights[1] * (1 - q) * np.log1p(np.exp(z))
        losses.append(loss)
    return np.mean(losses)


def sphereface2(x, w, labels, bias, margin=0.4, scale=40.0, exponent=3.0, positive_weight=0.7, **options):
    def g(c):
        return 2 * ((c + 1) / 2) ** exponent - 1

    weights = positive_weight / scale, (1 - positive_weight) / scale
    return binary(
        x,
        w,
        labels,
        lambda c, j: scale * (g(c) - margin) + bias,
        lambda c, j: scale * (g(c) + margin) + bias,
        weights,
        **options,
    )


def uniface(x, w, labels, bias, margin=0.4, scale=64.0, negative_weight=1.0, **options):
    bias = np.broadcast_to(bias, len(w))
    return binary(
        x,
        w,
        labels,
        lambda c, j: scale * (c - margin) - bias[j],
        lambda c, j: scale * c - bias[j],
        (1.0, negative_weight),
        **options,
    )
