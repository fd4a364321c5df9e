"""A cell's outcome is written whole and read back as it was."""

import json

import numpy as np
import pytest

from tfface.sweep.outcome import (
    Cell,
    Cost,
    Outcome,
    Point,
    Scores,
    read_outcome,
    read_outcomes,
    read_scores,
    write_outcome,
)

CELL = Cell("a-1", "arcface", "arcface m=0.5", {"margin": 0.5}, "slim", "cosine", seed=1, fold=0, identities=10)
DONE = Outcome(
    CELL, "finished", metrics={"accuracy": 0.9}, curve=[Point(1, 2.5, 3.25, 0.75)], cost=Cost(processor_seconds=4.0)
)


def test_comes_back_as_it_was(tmp_path):
    scores = Scores(np.array([0.5, -0.25]), np.array([True, False]), np.array([0, 1]), np.array([0, 2]))
    write_outcome(tmp_path / "cells" / "a-1", DONE, scores)
    assert read_outcomes(tmp_path) == [DONE]
    back = read_scores(tmp_path / "cells" / "a-1")
    assert back.similarity.tolist() == [0.5, -0.25] and back.same.tolist() == [True, False]
    assert back.second_identity.dtype == np.int32 and back.plane.shape == (0, 2)
    assert sorted(path.name for path in (tmp_path / "cells" / "a-1").iterdir()) == ["outcome.json", "scores.npz"]


def test_what_is_not_finite_is_null(tmp_path):
    write_outcome(tmp_path, Outcome(CELL, "diverged", "loss is NaN", curve=[Point(1, 1.0, float("nan"), None)]))
    assert json.loads((tmp_path / "outcome.json").read_text())["curve"][0]["loss"] is None
    assert read_outcome(tmp_path).curve == [Point(1, 1.0, None, None)]


def test_what_is_not_there_is_none(tmp_path):
    assert read_outcome(tmp_path) is None and read_scores(tmp_path) is None and read_outcomes(tmp_path) == []


def test_what_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises((TypeError, ValueError)):
        write_outcome(tmp_path, Outcome(CELL, "failed", versions={"x": object()}))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_outcome_is_named(tmp_path):
    (tmp_path / "outcome.json").write_text('{"cell": {}}')
    with pytest.raises(ValueError, match=r"outcome\.json: expected the outcome of a cell, got cell\.id"):
        read_outcome(tmp_path)
    (tmp_path / "scores.npz").write_bytes(b"not an archive")
    with pytest.raises(ValueError, match=r"scores\.npz: expected the scores"):
        read_scores(tmp_path)
