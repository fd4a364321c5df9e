"""Sweeps that were never trained: scores are drawn so that each loss is as good as it is told to be."""

import dataclasses
import json
import re

import numpy as np

from tfface.sweep.outcome import Cell, Cost, Outcome, Point, Scores, write_outcome

SEPARATION = {"softmax": 1.0, "arcface m=0.5": 1.6, "cosface m=0.35": 1.55, "triplet": 0.6}


def scores_of(separation, seed, fold, people=30, images=4, impostors=180, points=0):
    """Genuine pairs are more alike than impostors by `separation` standard deviations; people and seeds differ."""
    of_pairs = np.random.default_rng([7, fold])
    labels = np.repeat(np.arange(people), images)
    i, j = np.triu_indices(len(labels), 1)
    genuine = np.flatnonzero(labels[i] == labels[j])
    others = of_pairs.choice(np.flatnonzero(labels[i] != labels[j]), impostors, replace=False)
    rows = of_pairs.permutation(np.concatenate([genuine, others]))
    same = labels[i[rows]] == labels[j[rows]]
    hard = of_pairs.normal(0, 0.3, people)[labels[i[rows]]]
    noise = of_pairs.normal(size=len(rows))
    own = np.random.default_rng([int(1000 * separation), seed, fold])
    seeded = separation + own.normal(0, 0.05)
    values = np.where(same, seeded / 2, -seeded / 2) + hard + noise + own.normal(0, 0.3, len(rows))
    plane = own.normal(size=(points, 2)) + 4 * own.normal(size=(10, 2))[np.arange(points) % 10]
    return Scores(
        np.tanh(values / 4),
        same,
        labels[i[rows]] + 100 * fold,
        labels[j[rows]] + 100 * fold,
        plane,
        np.arange(points) % 10,
    )


def write_sweep(
    folder, losses=SEPARATION, seeds=3, folds=1, identities=(None,), backbones=("slim",), lost=(), missing=(), epochs=8,
    points=0, heads=None,
):  # fmt: skip
    """Writes a sweep; `lost` and `missing` name (label, seed) that failed or are not done."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sweep.yaml").write_text(
        f"losses: [{', '.join(losses)}]\nbaseline: softmax\nbudget: {{epochs: {epochs}}}\n"
    )
    cells = []
    for backbone in backbones:
        for count in identities:
            for label, separation in losses.items():
                for seed in range(seeds):
                    for fold in range(folds):
                        slug = f"{re.sub('[^a-z0-9.]+', '-', label)}-{backbone}-{count}-{seed}-{fold}"
                        name, _, argument = label.partition(" m=")
                        head = (heads or {}).get(label, "cosine")
                        arguments = {"margin": float(argument)} if argument else {}
                        cell = Cell(slug, name, label, arguments, backbone, head, seed, fold, count)
                        cells.append(cell)
                        if (label, seed) in missing:
                            continue
                        _write_cell(folder, cell, separation, label, (label, seed) in lost, epochs, points)
    (folder / "plan.json").write_text(json.dumps([{"cell": dataclasses.asdict(cell)} for cell in cells]))
    return folder


def _write_cell(folder, cell, separation, label, lost, epochs, points):
    if lost:
        outcome = Outcome(cell, "diverged", "loss is not finite after epoch 2", curve=[Point(1, 2.0, None, 0.5)])
        write_outcome(folder / "cells" / cell.id, outcome)
        return
    gain = 1.0 if cell.identities is None else 1 - 3 / cell.identities
    scores = scores_of(separation * gain, cell.seed, cell.fold, points=points)
    from tfface.evaluation import verification_from_distances

    found = verification_from_distances(2 - 2.0 * scores.similarity.astype(np.float32), scores.same)
    metrics = {
        "accuracy": found.accuracy, "accuracy_std": found.accuracy_std, "auc": found.auc, "eer": found.eer,
        "tar@0.01": found.tar_at_far[0.01], "rank1": found.auc / 2,
    }  # fmt: skip
    rise = [0.5 + (found.accuracy - 0.5) * (1 - np.exp(-separation * epoch)) for epoch in range(1, epochs + 1)]
    curve = [Point(e, 2.5 * e, 4.0 / e + separation, value) for e, value in enumerate(rise, 1)]
    cost = Cost(2.5 * epochs, 4.0 * epochs * (1 + len(label) / 50), 900.0, 700_000_000, 250_000)
    write_outcome(
        folder / "cells" / cell.id,
        Outcome(cell, "finished", None, metrics, curve, cost, f"RUN-{cell.id}", {"tfface": "0", "hardware": "2 cores"}),
        scores,
    )
