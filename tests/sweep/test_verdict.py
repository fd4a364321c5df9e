"""What a sweep says is what its numbers say, and no more."""

import dataclasses

import numpy as np
import pytest

from tfface.sweep.outcome import Point, read_outcomes, write_outcome
from tfface.sweep.reports.answer import answer
from tfface.sweep.statistics.convergence import reached

from .synthetic import SEPARATION, write_sweep


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Two good losses that cannot be told apart, a worse baseline, a bad one of which a seed diverged."""
    folder = tmp_path_factory.mktemp("sweep")
    return answer(write_sweep(folder, identities=(10, None), lost=[("triplet", 1)]))


def told(lines):
    return " ".join(lines)


def test_rows_are_means_over_seeds_the_best_first(found):
    rows = found.main.rows
    assert {row.name for row in rows[:2]} == {"arcface m=0.5", "cosface m=0.35"} and rows[-1].name == "triplet"
    for row in rows:
        values = [outcome.metrics["accuracy"] for outcome in found.gathered.of(row.setting) if outcome.metrics]
        assert row.mean == pytest.approx(np.mean(values)) and row.std == pytest.approx(np.std(values, ddof=1))
        assert row.interval.low < row.mean < row.interval.high
    assert sum(row.best_share for row in rows) == pytest.approx(1)
    baseline = next(row for row in rows if row.name == "softmax")
    assert baseline.gain is None
    assert rows[0].gain == pytest.approx(rows[0].mean - baseline.mean)
    assert rows[-1].ended == {"finished": 2, "diverged": 1} and rows[-1].lost == 1


def test_what_cannot_be_told_apart_is_said(found):
    verdict = found.verdict
    assert [row.name for row in verdict.tied] == [row.name for row in found.main.rows[:2]]
    assert verdict.headline.endswith("one of 2 settings that cannot be told apart at the top.")
    assert f"Not told apart from it at 95 %: {verdict.tied[1].name}." in verdict.why
    assert "30 people never trained on, in 360 pairs" in told(verdict.why)
    assert "better than the baseline softmax" in told(verdict.why)
    assert "was the best in" in told(verdict.sure) and "who is tested (30 people)" in told(verdict.sure)
    assert "triplet: 1 of 3 cells did not finish (1 diverged); its mean is over the rest." in verdict.cautions


def test_gains_by_number_of_people(found):
    few, every = found.summaries
    assert (few.identities, every.identities) == (10, None)
    assert few.row(found.main.rows[0].setting._replace(identities=10)).gain is not None


def test_ranks_over_seeds_and_numbers_of_people(found):
    assert found.ranking.test.blocks == 6 and found.ranking.labels[-1] == "triplet"
    assert found.ranking.test.ranks[-1] == 4
    assert any("approximation" in note for note in found.ranking.notes)


def test_the_cheapest_of_the_best_is_chosen(tmp_path):
    folder = write_sweep(tmp_path, {"softmax": 0.3, "a": 1.6, "b": 1.58}, seeds=2)
    first = answer(folder).verdict
    best, other = first.tied[:2]
    for outcome in read_outcomes(folder):
        if outcome.cell.label == best.name:
            dear = dataclasses.replace(outcome.cost, processor_seconds=900.0)
            write_outcome(folder / "cells" / outcome.cell.id, dataclasses.replace(outcome, cost=dear))
    second = answer(folder).verdict
    assert second.choice.name == other.name and second.tied[0].name == best.name
    assert f"{other.name} differs from it by" in told(second.why) and "of its processor time" in told(second.why)


def test_a_clear_winner_is_named_alone(tmp_path):
    verdict = answer(write_sweep(tmp_path, {"softmax": 0.3, "arcface m=0.5": 3.0}, seeds=3)).verdict
    assert verdict.headline == "We would use arcface m=0.5."
    assert "is more than the choice of test people and seeds explains" in told(verdict.sure)


def test_equals_are_not_ranked(tmp_path):
    verdict = answer(write_sweep(tmp_path, {"softmax": 1.0, "a": 1.0001}, seeds=3)).verdict
    assert verdict.headline.startswith("This sweep cannot tell its settings apart")
    assert "may be chance" in told(verdict.why) or "baseline: nothing here has shown" in told(verdict.why)


def test_one_seed_few_people_and_guessing_are_warned_of(tmp_path):
    verdict = answer(write_sweep(tmp_path, {"softmax": 0.0, "a": 0.01}, seeds=1)).verdict
    assert "One seed tells nothing" in told(verdict.cautions) and "more seeds first" in told(verdict.sure)
    assert "no better than guessing" in told(verdict.cautions)
    assert "One split of the people" in told(verdict.cautions)


def test_one_seed_never_decides(tmp_path):
    verdict = answer(write_sweep(tmp_path, {"softmax": 0.3, "arcface m=0.5": 3.0}, seeds=1)).verdict
    assert verdict.headline == "We would try arcface m=0.5 first; one seed decides nothing."
    assert "draws of test people." in told(verdict.sure) and "choice of test people explains" in told(verdict.sure)


def test_unfinished_and_empty_sweeps_say_so(tmp_path):
    partly = write_sweep(tmp_path / "a", missing=[("triplet", 0), ("triplet", 1)])
    verdict = answer(partly).verdict
    assert "The sweep is not done: 2 of 12 cells are missing" in verdict.cautions[0]
    assert verdict.headline.startswith("So far, 10 of 12 cells: We would use ")
    every = [(label, seed) for label in SEPARATION for seed in range(3)]
    nothing = answer(write_sweep(tmp_path / "b", missing=every))
    assert nothing.verdict.headline == "Nothing can be said yet: no cell has finished."
    assert nothing.ranking.test is None
    lost = answer(write_sweep(tmp_path / "c", lost=every))
    assert lost.verdict.choice is None and lost.main.rows[0].lost == 3
    one = answer(write_sweep(tmp_path / "d", missing=[pair for pair in every if pair[0] != "softmax"]))
    assert one.verdict.headline == "There is nothing to choose from yet."


def test_losses_with_heads_of_their_own_share_a_block(tmp_path):
    folder = write_sweep(tmp_path, {"softmax": 1.0, "arcface m=0.5": 1.6}, seeds=3, heads={"softmax": "linear"})
    found = answer(folder)
    assert found.ranking.test.blocks == 3 and found.main.rows[0].name == "arcface m=0.5"
    assert found.main.rows[0].gain is not None


def test_convergence_is_the_first_epoch_at_95_percent():
    curve = [Point(1, 2.0, 3.0, None), Point(2, 4.0, 2.0, 0.7599), Point(3, 6.5, 1.0, 0.76), Point(4, 9.0, 0.5, 0.8)]
    assert reached(curve).epoch == 3 and reached(curve).seconds == 6.5
    assert reached(curve, 0.9) is None and reached(curve, 0.84).epoch == 4 and reached([]) is None


def test_an_unknown_figure_and_a_folder_that_is_no_sweep_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"metric: expected one of accuracy, auc, eer, tar@0\.01, got 'f1'"):
        answer(tmp_path, "f1")
    with pytest.raises(ValueError, match="folder: expected the folder of a sweep"):
        answer(tmp_path)
