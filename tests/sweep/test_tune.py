"""Ranges are searched on people to train on, and the best setting becomes a cell."""

import pytest

from tfface.sweep import load_sweep, read_outcomes
from tfface.sweep.check import plan
from tfface.sweep.folder import Folder
from tfface.sweep.outcome import Outcome, read_outcome, write_outcome
from tfface.sweep.ranges import called, filled, ranges
from tfface.sweep.tune import Tuning
from tfface.sweep.worker import Worker

pytest.importorskip("optuna")
RANGED = {"name": "arcface", "margin": {"low": 0.1, "high": 0.9}, "scale": 16}


@pytest.fixture
def tuning(tiny, tmp_path):
    """Makes the trials of a sweep with one loss."""

    def tuning(trials, **changes):
        sweep = load_sweep(tiny(losses=[RANGED], tune=trials, **changes))
        (planned,) = plan(sweep).cells
        return Tuning(tmp_path, sweep, planned)

    return tuning


def tried(tuning, train):
    for trial in tuning.left:
        trial.mkdir(parents=True, exist_ok=True)
        write_outcome(trial, tuning.try_one(trial, 5, train))


def near(best):
    """Trains nothing; the accuracy is that of a margin's distance from the best one."""

    def train(planned, watching):
        margin = planned.recipe["loss"][0]["margin"]
        return Outcome(planned.cell, "finished", metrics={"accuracy": 1 - abs(margin - best)})

    return train


def test_the_best_of_the_trials_is_trained(tuning):
    found = tuning(12)
    tried(found, near(0.7))
    margins = [read_outcome(trial).cell.arguments["margin"] for trial in found.left]
    assert len(set(margins)) == 12 and all(0.1 <= margin <= 0.9 for margin in margins)
    best = found.best()
    assert best.recipe["loss"][0] == {
        "name": "arcface",
        "margin": min(margins, key=lambda m: abs(m - 0.7)),
        "scale": 16,
    }
    assert best.cell.arguments["margin"] == best.recipe["loss"][0]["margin"]
    assert best.cell.label == "arcface (tuned)" and best.cell.id == found.planned.cell.id
    assert "validation_identities" not in best.recipe["data"]


def test_trials_are_judged_by_people_to_train_on(tuning):
    seen = []
    found = tuning(1)
    tried(found, lambda planned, watching: seen.append(planned) or near(0.7)(planned, watching))
    assert seen[0].recipe["data"]["validation_identities"] == 2
    assert seen[0].recipe["data"]["train_identities"] == 5
    found = tuning(1, identities=[4])
    tried(found, lambda planned, watching: seen.append(planned) or near(0.7)(planned, watching))
    assert seen[1].recipe["data"]["limit_identities"] == 3  # two of the five judge


def test_a_trial_that_was_killed_is_tried_again(tuning):
    found = tuning(2)

    def killed(planned, watching):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tried(found, killed)
    tried(found, near(0.7))
    states = [trial.state.name for trial in found._study().trials]
    assert states == ["FAIL", "COMPLETE", "COMPLETE"]


def test_a_trial_that_falls_behind_is_ended(tuning):
    """Whose accuracy is below the median of the others' at the same epoch."""

    class Model:
        stop_training = False

    ended = []

    def train(planned, watching):
        worse = len(ended) == 5
        for callback in watching:
            callback.set_model(model := Model())
            for epoch in range(6):
                callback.on_epoch_end(epoch, {"val_faces_accuracy": 0.5 if worse else 0.8 + epoch / 100})
                if model.stop_training:
                    break
        ended.append(epoch)
        return Outcome(planned.cell, "finished", metrics={"accuracy": 0.8})

    found = tuning(6)
    tried(found, train)
    assert ended == [5, 5, 5, 5, 5, 2]
    assert read_outcome(found.left[5]).status == "failed"


def test_without_a_trial_that_worked_there_is_no_best(tuning):
    found = tuning(1)
    tried(found, lambda planned, watching: Outcome(planned.cell, "diverged", "loss is nan"))
    assert found.best() is None


def test_ranges_are_found_wherever_they_stand():
    margin, rate = {"low": 0, "high": 1}, {"low": 1, "high": 2}
    recipe = {"loss": [{"name": "arcface", "margin": margin}], "optimizer": {"rate": rate}}
    found = {called(path): value for path, value in ranges(recipe).items()}
    assert found == {"loss.0.margin": margin, "optimizer.rate": rate}
    values = {"loss.0.margin": 0.5, "optimizer.rate": 1.5}
    assert filled(recipe, values) == {"loss": [{"name": "arcface", "margin": 0.5}], "optimizer": {"rate": 1.5}}


@pytest.mark.soak
def test_a_sweep_tunes_and_then_trains(tiny, tmp_path):
    base = {**tiny()["base"], "optimizer": {"name": "adam", "learning_rate": {"low": 1e-3, "high": 1e-2, "log": True}}}
    found = plan(load_sweep(tiny(losses=[RANGED], tune=2, base=base, budget={"epochs": 1})))
    folder = Folder(tmp_path)
    folder.begin(found.sweep, found.cells)
    Worker(tmp_path).work()
    (outcome,) = read_outcomes(tmp_path)
    trials = [read_outcome(path) for path in sorted(tmp_path.glob("trials/*/[01]"))]
    assert outcome.status == "finished" and len(trials) == 2
    best = max(trials, key=lambda trial: trial.metrics["accuracy"])
    assert outcome.cell.arguments == best.cell.arguments
    assert outcome.cell.arguments.keys() == {"margin", "scale", "optimizer.learning_rate"}
    assert {trial.metrics["genuine"] for trial in trials} == {2 * 15.0}  # two of those to train on
    assert outcome.metrics["genuine"] == 3 * 15.0
