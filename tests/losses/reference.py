"""Slow float64 NumPy references, written from the papers' formulas and independent of the library.

A class loss takes embeddings (B, D), class weights (C, D), labels and gives the mean loss; an embedding loss takes
labels and embeddings. State is passed by name.
"""

import itertools

import numpy as np


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def cross_entropy(logits, label):
    shifted = logits - logits.max()
    return np.log(np.exp(shifted).sum()) - shifted[label]


def softmax(x, w, labels, bias=None):
    return np.mean([cross_entropy(w @ xi + (0 if bias is None else bias), y) for xi, y in zip(x, labels, strict=True)])


def angular(x, w, labels, target, others, label_smoothing=0.0, filter_above=None):
    """Mean loss when the own angle θ becomes target(θ, i) and another angle becomes others(θ, i)."""
    losses = []
    for i, (xi, y) in enumerate(zip(x, labels, strict=True)):
        cosines = np.clip(unit(w) @ unit(xi), -1, 1)
        theta = np.arccos(cosines)
        logits = np.array([target(theta[j], i) if j == y else others(theta[j], i) for j in range(len(w))])
        kept = np.array([filter_above is None or j == y or cosines[j] <= filter_above for j in range(len(w))])
        logits, own = logits[kept], int(kept[:y].sum())
        loss = (1 - label_smoothing) * cross_entropy(logits, own)
        loss += label_smoothing * np.mean([cross_entropy(logits, j) for j in range(len(logits))])
        losses.append(loss)
    return np.mean(losses)


def normface(x, w, labels, scale=30.0, **options):
    def logit(t, i):
        return scale * np.cos(t)

    return angular(x, w, labels, logit, logit, **options)


def cosface(x, w, labels, margin=0.35, scale=64.0, **options):
    return angular(x, w, labels, lambda t, i: scale * (np.cos(t) - margin), lambda t, i: scale * np.cos(t), **options)


def arcface(x, w, labels, margin=0.5, scale=64.0, boundary="linear", **options):
    def target(t, i):
        inside = t + margin < np.pi
        if boundary == "easy":
            return scale * (np.cos(t + margin) if np.cos(t) > 0 else np.cos(t))
        if inside or boundary == "none":
            return scale * np.cos(t + margin)
        beyond = {
            "linear": np.cos(t) - margin * np.sin(margin),
            "reflect": -2 - np.cos(t + margin),
            "clamp": -1.0,
        }
        return scale * beyond[boundary]

    return angular(x, w, labels, target, lambda t, i: scale * np.cos(t), **options)


def psi(theta, m):
    k = min(int(theta * m / np.pi), m - 1)
    return (-1) ** k * np.cos(m * theta) - 2 * k


def sphereface(x, w, labels, margin=4, blend=0.0, **options):
    norm = np.linalg.norm(x, axis=1)
    return angular(
        x,
        w,
        labels,
        lambda t, i: norm[i] * (blend * np.cos(t) + psi(t, margin)) / (1 + blend),
        lambda t, i: norm[i] * np.cos(t),
        **options,
    )


def adaface(x, w, labels, margin=0.4, scale=64.0, concentration=0.333, mean=20.0, deviation=100.0):
    # The norm is not differentiated: the gradient test freezes it by passing it in `norms`.
    return adaface_at(x, w, labels, np.linalg.norm(x, axis=1), margin, scale, concentration, mean, deviation)


def adaface_at(x, w, labels, norms, margin=0.4, scale=64.0, concentration=0.333, mean=20.0, deviation=100.0):
    norms = np.clip(norms, 1e-3, 100)
    k = np.clip(concentration * (norms - mean) / (deviation + 1e-3), -1, 1)
    return angular(
        x,
        w,
        labels,
        lambda t, i: scale * (np.cos(np.clip(t - margin * k[i], 0, np.pi)) - (margin + margin * k[i])),
        lambda t, i: scale * np.cos(t),
    )


def center(labels, x, centers):
    return np.mean([0.5 * np.sum((xi - centers[y]) ** 2) for xi, y in zip(x, labels, strict=True)])


def batch_center(labels, x):
    means = {y: x[labels == y].mean(axis=0) for y in set(labels)}
    return np.mean([0.5 * np.sum((xi - means[y]) ** 2) for xi, y in zip(x, labels, strict=True)])


def moved_centers(labels, x, centers, alpha):
    moved = centers.copy()
    for j in range(len(centers)):
        members = x[labels == j]
        moved[j] -= alpha * sum((centers[j] - member for member in members), 0.0) / (1 + len(members))
    return moved


def distance(a, b, name):
    if name in ("euclidean", "sqeuclidean"):
        squared = np.sum((a - b) ** 2)
        return squared if name == "sqeuclidean" else np.sqrt(squared)
    cosine = np.clip(unit(a) @ unit(b), -1, 1)
    return 1 - cosine if name == "cosine" else np.arccos(cosine)


def contrastive(labels, x, margin=1.0, form="squared", metric="euclidean", normalize=False):
    x = unit(x) if normalize else x
    losses = []
    for i, j in itertools.permutations(range(len(x)), 2):
        d, same = distance(x[i], x[j], metric), labels[i] == labels[j]
        apart = max(margin - d, 0.0)
        if form == "squared":
            losses.append(0.5 * d**2 if same else 0.5 * apart**2)
        else:
            losses.append(d if same else apart)
    return np.mean(losses)


def triplets(labels, d, mining, margin):
    """The (anchor, positive, negative) that a mining picks, from the matrix of distances."""
    everyone = range(len(labels))
    for a in everyone:
        positives = [p for p in everyone if p != a and labels[p] == labels[a]]
        negatives = [n for n in everyone if labels[n] != labels[a]]
        if not positives or not negatives:
            continue
        if mining == "hard":
            yield a, max(positives, key=lambda p: d[a, p]), min(negatives, key=lambda n: d[a, n])
            continue
        for p in positives:
            farther = [n for n in negatives if d[a, n] > d[a, p]]
            if mining == "all":
                yield from ((a, p, n) for n in negatives)
            elif mining == "semi-hard":
                yield a, p, (min(farther, key=lambda n: d[a, n]) if farther else max(negatives, key=lambda n: d[a, n]))
            elif mining == "semi-hard-all":
                yield from ((a, p, n) for n in farther if d[a, n] < d[a, p] + margin)


def triplet(
    labels, x, margin=0.2, mining="semi-hard", metric="sqeuclidean", form="hinge", average="active", normalize=True
):
    x = unit(x) if normalize else x
    d = np.array([[distance(a, b, metric) for b in x] for a in x])
    losses = []
    for a, p, n in triplets(labels, d, mining, margin):
        gap = d[a, p] - d[a, n]
        loss = np.log1p(np.exp(gap)) if margin == "soft" else max(gap + margin, 0.0)
        losses.append(loss**2 if form == "squared" else loss)
    counted = [loss for loss in losses if loss > 0 or average == "all"]
    return np.sum(counted) / max(len(counted), 1)
