"""Slow float64 references of the losses on two views: (one view or targets, other view or predictions) → mean loss."""

import numpy as np
from reference import unit


def columns(x):
    """Every column, centred."""
    return [column - column.sum() / len(column) for column in x.T]


def barlow_twins(a, b, off_diagonal=5e-3, form="squared"):
    total = 0.0
    for i, x in enumerate(columns(a)):
        for j, y in enumerate(columns(b)):
            n = len(x)
            correlation = (x @ y / n) / np.sqrt((x @ x / n + 1e-5) * (y @ y / n + 1e-5))
            gap = abs(correlation - (i == j))
            total += (1 if i == j else off_diagonal) * (gap**2 if form == "squared" else gap)
    return total


def vicreg(a, b, invariance=25.0, variance=25.0, covariance=1.0, target=1.0, epsilon=1e-4, form="algorithm"):
    n, d = a.shape
    near = sum(np.sum((x - y) ** 2) for x, y in zip(a, b, strict=True)) / n
    near = near if form == "equation" else near / d
    spread = shared = 0.0
    for view in (a, b):
        for i, x in enumerate(columns(view)):
            spread += max(0.0, target - np.sqrt(x @ x / (n - 1) + epsilon)) / d
            shared += sum((x @ y / (n - 1)) ** 2 for j, y in enumerate(columns(view)) if i != j) / d
    return invariance * near + variance * (spread / 2 if form == "code" else spread) + covariance * shared


def simclr(a, b, temperature=0.5):
    n, views = len(a), np.concatenate([unit(a), unit(b)])
    losses = []
    for i, view in enumerate(views):
        similarities = {k: np.exp(view @ other / temperature) for k, other in enumerate(views) if k != i}
        losses.append(-np.log(similarities[(i + n) % (2 * n)] / sum(similarities.values())))
    return np.mean(losses)


def moco(keys, queries, queue, temperature=0.2):
    losses = []
    for key, query in zip(unit(keys), unit(queries), strict=True):
        own = np.exp(query @ key / temperature)
        losses.append(-np.log(own / (own + sum(np.exp(query @ other / temperature) for other in unit(queue)))))
    return np.mean(losses)


def simsiam(targets, predictions):
    losses = []
    for (z1, z2), (p1, p2) in zip(targets, predictions, strict=True):
        losses.append(-unit(p1) @ unit(z2) / 2 - unit(p2) @ unit(z1) / 2)
    return np.mean(losses)


def byol(targets, predictions):
    losses = []
    for (z1, z2), (p1, p2) in zip(targets, predictions, strict=True):
        losses.append(np.sum((unit(p1) - unit(z2)) ** 2) + np.sum((unit(p2) - unit(z1)) ** 2))
    return np.mean(losses)
