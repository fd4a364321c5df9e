"""The paired bootstrap of people, seeds and folds."""

import dataclasses

import numpy as np
import pytest

from tfface.evaluation import verification_from_distances
from tfface.sweep.gathered import Setting, gather
from tfface.sweep.outcome import read_outcome, read_scores, write_outcome
from tfface.sweep.statistics.redraw import redraw, two_sided

from .synthetic import write_sweep

LOSSES = {"softmax": 1.0, "arcface m=0.5": 1.6}
SOFTMAX, ARCFACE = (Setting(label, "slim", "cosine", None) for label in LOSSES)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    return write_sweep(tmp_path_factory.mktemp("sweep"), LOSSES, seeds=3, folds=2)


def redrawn(folder, **more):
    gathered = gather(folder, **more)
    return redraw(gathered, gathered.settings(None))


def test_all_settings_are_judged_on_the_same_draws(sweep):
    found = redrawn(sweep)
    assert found.people == 60 and found.pairs == 720 and len(found.replicates) == 6
    assert (found.difference(SOFTMAX, SOFTMAX) == 0).all()
    apart = found.difference(ARCFACE, SOFTMAX)
    means = found.means()
    assert apart == pytest.approx(means[1] - means[0])
    assert apart.std() < 0.9 * np.sqrt(means[0].var() + means[1].var()), "pairing takes away what both share"


@pytest.mark.parametrize("metric", ["accuracy", "auc", "eer"])
def test_drawing_people_agrees_with_the_evaluation_of_one_model(tmp_path, metric):
    folder = write_sweep(tmp_path, {"softmax": 1.0}, seeds=1)
    found = redrawn(folder, metric=metric).means()[0]
    scores = read_scores(next((folder / "cells").iterdir()))
    people = np.stack([scores.first_identity, scores.second_identity], axis=1)
    one = verification_from_distances(2 - 2.0 * scores.similarity, scores.same, people=people)
    reference = one.pairs.redrawn((0.01,), 2000, seed=5)[metric]
    assert found.mean() == pytest.approx(reference.mean(), abs=0.003)
    assert found.std() == pytest.approx(reference.std(), rel=0.1)


def test_few_seeds_have_the_variance_that_their_mean_has(tmp_path):
    found = redrawn(write_sweep(tmp_path, LOSSES, seeds=3)).repetitions_only()
    for measured, means in zip(found.measured, found.means(), strict=True):
        assert means.var() == pytest.approx(measured.var(ddof=1) / 3, rel=0.1)


def test_people_and_repetitions_add_up(sweep):
    found = redrawn(sweep)
    parts = [one.difference(ARCFACE, SOFTMAX).var() for one in (found.people_only(), found.repetitions_only())]
    assert found.difference(ARCFACE, SOFTMAX).var() == pytest.approx(sum(parts), rel=0.35)


def test_differences_are_over_what_both_have(tmp_path):
    folder = write_sweep(tmp_path, LOSSES, seeds=3, lost=[("softmax", 0)], missing=[("arcface m=0.5", 1)])
    found = redrawn(folder)
    assert np.isnan(found.measured).tolist() == [[True, False, False], [False, True, False]]
    assert np.nanmean(found.difference(ARCFACE, SOFTMAX)) == pytest.approx(
        found.measured[1, 2] - found.measured[0, 2], abs=0.01
    )


def test_nothing_finished_gives_nothing(tmp_path):
    assert redrawn(write_sweep(tmp_path, {"softmax": 1.0}, lost=[("softmax", seed) for seed in range(3)])) is None


def test_other_pairs_in_a_fold_are_refused(tmp_path):
    folder = write_sweep(tmp_path, LOSSES, seeds=1)
    cell = sorted((folder / "cells").iterdir())[0]
    scores = read_scores(cell)
    odd = dataclasses.replace(scores, first_identity=scores.first_identity[::-1])
    write_outcome(cell, read_outcome(cell), odd)
    with pytest.raises(ValueError, match="expected the same pairs in a fold"):
        redrawn(folder)


def test_the_two_sided_p_value():
    assert two_sided(np.array([1.0] * 97 + [-1.0] * 3)) == pytest.approx(0.06)
    assert two_sided(np.ones(2000)) == 1 / 2000 and two_sided(np.zeros(10)) == 1.0
    assert two_sided(np.full(3, np.nan)) == 1.0
