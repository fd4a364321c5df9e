"""Slow float64 NumPy references of the losses over pairs of identities, centres and proxies, from the papers."""

import itertools

import numpy as np
from reference import cross_entropy, distance, moved_centers, unit


def marginal(labels, x, threshold=1.2, margin=0.3):
    x, losses = unit(x), []
    for i, j in itertools.permutations(range(len(x)), 2):
        y = 1 if labels[i] == labels[j] else -1
        losses.append(max(margin - y * (threshold - np.sum((x[i] - x[j]) ** 2)), 0.0))
    return np.mean(losses)


def range_loss(labels, x, k=2, alpha=5e-5, beta=1e-4, margin=2e4, euclidean=False):
    metric = "euclidean" if euclidean else "sqeuclidean"
    intra = 0.0
    for y in set(labels):
        distances = [distance(a, b, metric) for a, b in itertools.combinations(x[labels == y], 2)]
        largest = sorted(distances)[-k:]
        if largest:
            intra += len(largest) / sum(1 / d for d in largest)
    means = [x[labels == y].mean(axis=0) for y in set(labels)]
    nearest = min(distance(a, b, metric) for a, b in itertools.combinations(means, 2))
    return alpha * intra + beta * max(margin - nearest, 0.0)


def minimum_margin_of(centers, margin=280.0):
    return sum(max(margin - np.sum((a - b) ** 2), 0.0) for a, b in itertools.combinations(centers, 2))


def minimum_margin(labels, x, centers, alpha=0.5, margin=280.0, pairs="batch"):
    """Of the centres after the batch moved them, which is how they depend on it."""
    moved = moved_centers(labels, x, centers, alpha)
    return minimum_margin_of(moved if pairs == "all" else [moved[y] for y in sorted(set(labels))], margin)


def batch_minimum_margin(labels, x, margin=280.0):
    return minimum_margin_of([x[labels == y].mean(axis=0) for y in sorted(set(labels))], margin)


def proxy_nca(labels, x, proxies, scale=1.0, denominator="others", normalize=True):
    if normalize:
        x, proxies = unit(x), unit(proxies)
    losses = []
    for xi, y in zip(x, labels, strict=True):
        closeness = [np.exp(-scale * np.sum((xi - p) ** 2)) for p in proxies]
        below = sum(c for z, c in enumerate(closeness) if denominator == "all" or z != y)
        losses.append(-np.log(closeness[y] / below))
    return np.mean(losses)


def proxy_anchor(labels, x, proxies, margin=0.1, scale=32.0):
    s = unit(x) @ unit(proxies).T
    pull = [
        np.log(1 + sum(np.exp(-scale * (s[i, p] - margin)) for i in range(len(x)) if labels[i] == p))
        for p in set(labels)
    ]
    push = [
        np.log(1 + sum(np.exp(scale * (s[i, p] + margin)) for i in range(len(x)) if labels[i] != p))
        for p in range(len(proxies))
    ]
    return np.mean(pull) + np.mean(push)


def soft_triple(labels, x, centers, margin=0.01, scale=20.0, gamma=0.1, tau=0.2):
    classes, count = centers.shape[:2]
    x, centers, losses = unit(x), unit(centers), []
    for xi, y in zip(x, labels, strict=True):
        similarity = []
        for own in centers:
            shares = np.exp(own @ xi / gamma)
            similarity.append(shares @ (own @ xi) / shares.sum())
        logits = scale * (np.array(similarity) - margin * (np.arange(classes) == y))
        losses.append(cross_entropy(logits, y))
    apart = sum(np.linalg.norm(a - b) for own in centers for a, b in itertools.combinations(own, 2))
    return np.mean(losses) + tau * apart / (classes * count * (count - 1))
