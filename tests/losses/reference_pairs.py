"""Slow float64 NumPy references of losses on pairs, of miners and of the memory, written from the papers' formulas.

`memory` holds labels and embeddings that are partners and nobody's anchors; label -1 is an empty place.
"""

import numpy as np
from reference import distance, unit


def similarity(a, b, metric="cosine"):
    return unit(a) @ unit(b) if metric == "cosine" else -distance(unit(a), unit(b), metric)


def anchors(labels, x, measure=similarity, memory=None):
    """(similarities to the positives, similarities to the negatives) of each anchor, as lists."""
    partners = list(zip(labels, x, strict=True))
    partners += [] if memory is None else [pair for pair in zip(*memory, strict=True) if pair[0] >= 0]
    for i, (y, xi) in enumerate(zip(labels, x, strict=True)):
        positives = [measure(xi, xj) for j, (z, xj) in enumerate(partners) if z == y and j != i]
        yield positives, [measure(xi, xj) for z, xj in partners if z != y]


def circle(
    labels,
    x,
    margin=0.4,
    scale=80.0,
    scope="anchor",
    positive_optimum=None,
    negative_optimum=None,
    weights_at=None,
    mining="all",
):
    """`weights_at`: the embeddings at which α is taken, since it is not differentiated."""
    best_p = 1 + margin if positive_optimum is None else positive_optimum
    best_n = -margin if negative_optimum is None else negative_optimum
    frozen = list(anchors(labels, x if weights_at is None else weights_at))
    moving = list(anchors(labels, x))

    def sums(i):
        near = [
            np.exp(-scale * max(best_p - at, 0) * (s - (1 - margin)))
            for s, at in zip(moving[i][0], frozen[i][0], strict=True)
        ]
        far = [
            np.exp(scale * max(at - best_n, 0) * (s - margin)) for s, at in zip(moving[i][1], frozen[i][1], strict=True)
        ]
        if mining == "hard":
            near = [near[int(np.argmin(moving[i][0]))]] if near else []
            far = [far[int(np.argmax(moving[i][1]))]] if far else []
        return np.sum(near), np.sum(far)

    everyone = [sums(i) for i in range(len(labels))]
    if scope == "batch":  # (i, j) and (j, i) are one pair, and equal
        return np.log1p(sum(p for p, _ in everyone) / 2 * sum(n for _, n in everyone) / 2)
    return np.mean([np.log1p(p * n) for p, n in everyone if p * n > 0] or 0.0)


def multi_similarity(labels, x, alpha=2.0, beta=50.0, base=1.0, epsilon=0.1, metric="cosine", mining=True, memory=None):
    losses = []
    for positives, negatives in anchors(labels, x, lambda a, b: similarity(a, b, metric), memory):
        if mining:
            hardest, nearest = min(positives, default=np.inf), max(negatives, default=-np.inf)
            positives = [s for s in positives if s < nearest + epsilon]
            negatives = [s for s in negatives if s > hardest - epsilon]
        near = np.log(1 + sum(np.exp(-alpha * (s - base)) for s in positives)) / alpha
        far = np.log(1 + sum(np.exp(beta * (s - base)) for s in negatives)) / beta
        losses.append(near + far)
    return np.mean(losses)


def supcon(labels, x, temperature=0.1, base_temperature=None, memory=None):
    losses = []
    for positives, negatives in anchors(labels, x, memory=memory):
        total = sum(np.exp(s / temperature) for s in positives + negatives)
        if positives:
            losses.append(-np.mean([np.log(np.exp(s / temperature) / total) for s in positives]))
    factor = 1 if base_temperature is None else temperature / base_temperature
    return factor * np.mean(losses) if losses else 0.0


def ntxent(labels, x, temperature=0.1):
    losses = []
    for positives, negatives in anchors(labels, x):
        others = sum(np.exp(s / temperature) for s in negatives)
        losses += [-np.log(np.exp(s / temperature) / (np.exp(s / temperature) + others)) for s in positives]
    return np.mean(losses)


def distance_weighted_margin(labels, x, margin=0.2, betas=1.2, regularization=0.0, mining="all"):
    """`betas`: one number, or one a class."""
    betas = [betas if np.ndim(betas) == 0 else betas[y] for y in labels]
    losses = []
    for (positives, negatives), beta in zip(anchors(labels, unit(x), _euclidean), betas, strict=True):
        if mining == "semi-hard":  # a negative for each positive, the same one perhaps several times
            pairs = [(d, _semi_hard(d, negatives)) for d in positives]
            positives, negatives = [d for d, _ in pairs], [d for _, d in pairs]
        losses += [max(d - beta + margin, 0) for d in positives] + [max(beta - d + margin, 0) for d in negatives]
    active = [loss for loss in losses if loss > 0]
    return np.mean(active) + regularization * np.mean(betas)


def _euclidean(a, b):
    return distance(a, b, "euclidean")


def _semi_hard(positive, negatives):
    return min((d for d in negatives if d > positive), default=max(negatives))


def contrastive(labels, x, margin=1.0, memory=None, mining="all", epsilon=0.1):
    """Squared, on Euclidean distances."""
    losses = []
    for positives, negatives in anchors(labels, x, _euclidean, memory):
        if mining == "hard":
            positives, negatives = positives and [max(positives)], negatives and [min(negatives)]
        elif mining == "easy":
            nearest = min(positives, default=None)
            negatives = [] if nearest is None else [_semi_hard(nearest, negatives)]
            positives = [] if nearest is None else [nearest]
        elif mining == "semi-hard":
            negatives = sorted({_semi_hard(d, negatives) for d in positives})
        elif mining == "multi-similarity":
            farthest, nearest = max(positives, default=-np.inf), min(negatives, default=np.inf)
            positives = [d for d in positives if d > nearest - epsilon]
            negatives = [d for d in negatives if d < farthest + epsilon]
        losses += [0.5 * d**2 for d in positives] + [0.5 * max(margin - d, 0) ** 2 for d in negatives]
    return np.mean(losses)


def easy_triplet(labels, x, margin=0.2, negative="semi-hard"):
    losses = []
    for positives, negatives in anchors(labels, unit(x), lambda a, b: distance(a, b, "sqeuclidean")):
        if positives and negatives:
            nearest = min(positives)
            other = _semi_hard(nearest, negatives) if negative == "semi-hard" else min(negatives)
            losses.append(max(nearest - other + margin, 0))
    active = [loss for loss in losses if loss > 0]
    return np.mean(active) if active else 0.0
