"""How often chance alone is taken for a difference: minutes, so not by default (`make soak`)."""

import numpy as np
import pytest

from tfface.evaluation import verification_from_distances
from tfface.sweep.gathered import gather
from tfface.sweep.outcome import Cell, Outcome, Scores, write_outcome
from tfface.sweep.statistics.redraw import interval, redraw, two_sided


def write_equals(folder, random, seeds, people, images=4):
    """Two losses that are equally good; people are hard for both, for one of them, and seeds are better and worse."""
    labels = np.repeat(np.arange(people), images)
    first, second = np.triu_indices(len(labels), 1)
    genuine = np.flatnonzero(labels[first] == labels[second])
    others = random.choice(np.flatnonzero(labels[first] != labels[second]), len(genuine), replace=False)
    rows = random.permutation(np.concatenate([genuine, others]))
    one, other = labels[first[rows]], labels[second[rows]]
    side = np.where(one == other, 1, -1)
    shared = random.normal(0, 0.25, people)[one] * side + random.normal(size=len(rows))
    for label in ("a", "b"):
        own = random.normal(0, 0.2, people)[one] * side
        for seed in range(seeds):
            mean = side * (0.5 + random.normal(0, 0.075))
            values = mean + shared + own + random.normal(0, 0.5, len(rows))
            scores = Scores(np.tanh(values / 4), one == other, one, other)
            accuracy = verification_from_distances(2 - 2 * scores.similarity, one == other).accuracy
            cell = Cell(f"{label}-{seed}", label, label, {}, "small", "cosine", seed)
            write_outcome(folder / "cells" / cell.id, Outcome(cell, "finished", None, {"accuracy": accuracy}), scores)


@pytest.mark.soak
@pytest.mark.parametrize(("seeds", "people"), [(2, 60), (3, 30), (5, 60)])
def test_equals_are_seldom_told_apart(tmp_path, seeds, people):
    wrong, covered, sweeps = 0, 0, 200
    for number in range(sweeps):
        write_equals(tmp_path / str(number), np.random.default_rng([number, seeds, people]), seeds, people)
        gathered = gather(tmp_path / str(number))
        found = redraw(gathered, gathered.settings(None), draws=600)
        apart = found.difference(*found.settings)
        low, high = interval(apart)
        wrong += two_sided(apart) < 0.05
        covered += low <= 0 <= high
    assert wrong / sweeps <= 0.09 and covered / sweeps >= 0.91
