"""Slow float64 references of N-pair, lifted structure, tuplet margin, angular and FastAP, from the papers' formulas."""

import itertools

import numpy as np
from reference import unit


def others(labels, a):
    """The positives and the negatives of an anchor."""
    everyone = [i for i in range(len(labels)) if i != a]
    return [i for i in everyone if labels[i] == labels[a]], [i for i in everyone if labels[i] != labels[a]]


def tuplets(labels):
    for a in range(len(labels)):
        positives, negatives = others(labels, a)
        for p in positives:
            if negatives:
                yield a, p, negatives


def npairs(labels, x, regularization=0.0):
    losses = [np.log(1 + sum(np.exp(x[a] @ x[n] - x[a] @ x[p]) for n in ns)) for a, p, ns in tuplets(labels)]
    return np.mean(losses) + regularization * np.mean([0.5 * xi @ xi for xi in x])


def given_npairs(labels, pairs):
    """The paper's batch: anchor i against the positives of all others."""
    losses = []
    for i, (anchor, positive) in enumerate(pairs):
        others = [pairs[j][1] for j in range(len(pairs)) if labels[j] != labels[i]]
        losses.append(np.log(1 + sum(np.exp(anchor @ other - anchor @ positive) for other in others)))
    return np.mean(losses)


def lifted_structure(labels, x, margin=1.0, form="plain"):
    def d(i, j):
        return np.linalg.norm(x[i] - x[j])

    losses = []
    if form == "plain":
        for i, j in itertools.combinations(range(len(x)), 2):
            if labels[i] == labels[j]:
                pushes = sum(np.exp(margin - d(i, k)) for k in others(labels, i)[1])
                pushes += sum(np.exp(margin - d(j, k)) for k in others(labels, j)[1])
                losses.append(max(np.log(pushes) + d(i, j), 0) ** 2)
        return np.sum(losses) / (2 * len(losses))
    for a in range(len(x)):
        positives, negatives = others(labels, a)
        if positives and negatives:
            pull = np.log(sum(np.exp(d(a, p)) for p in positives))
            push = np.log(sum(np.exp(margin - d(a, n)) for n in negatives))
            losses.append(max(pull + push, 0))
    return np.mean(losses)


def tuplet_margin(labels, x, margin=0.1, scale=64.0, variance_weight=0.0, epsilon=0.01):
    x = unit(x)
    losses = []
    for a, p, ns in tuplets(labels):
        slack = np.cos(np.arccos(x[a] @ x[p]) - margin)
        losses.append(np.log(1 + sum(np.exp(scale * (x[a] @ x[n] - slack)) for n in ns)))
    pairs = list(itertools.permutations(range(len(x)), 2))
    positive = np.array([x[i] @ x[j] for i, j in pairs if labels[i] == labels[j]])
    negative = np.array([x[i] @ x[j] for i, j in pairs if labels[i] != labels[j]])
    variance = np.mean(np.maximum((1 - epsilon) * positive.mean() - positive, 0) ** 2)
    variance += np.mean(np.maximum(negative - (1 + epsilon) * negative.mean(), 0) ** 2)
    return np.mean(losses) + variance_weight * variance


def angular(labels, x, alpha=np.pi / 4):
    x, t = unit(x), np.tan(alpha) ** 2
    losses = []
    for a, p, ns in tuplets(labels):
        f = [4 * t * (x[a] + x[p]) @ x[n] - 2 * (1 + t) * x[a] @ x[p] for n in ns]
        losses.append(np.log(1 + np.sum(np.exp(f))))
    return np.mean(losses)


def fastap(labels, x, bins=10):
    x = unit(x)
    edges = np.linspace(0, 4, bins + 1)
    losses = []
    for a in range(len(x)):
        positives, negatives = others(labels, a)
        if not positives:
            continue

        def histogram(members, a=a):
            squares = [np.sum((x[a] - x[i]) ** 2) for i in members]
            return np.array([sum(max(0, 1 - abs(s - edge) / (4 / bins)) for s in squares) for edge in edges])

        h_positive = histogram(positives)
        h = h_positive + histogram(negatives)
        precision, H_positive, H = 0.0, 0.0, 0.0
        for own, all_ in zip(h_positive, h, strict=True):
            H_positive, H = H_positive + own, H + all_
            precision += own * H_positive / H if H > 0 else 0.0
        losses.append(1 - precision / len(positives))
    return np.mean(losses)
