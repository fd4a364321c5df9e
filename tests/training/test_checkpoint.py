"""A checkpoint is the former one or the new one, whatever happens while it is written."""

import json

import pytest

from tfface.training import RecipeError, checkpoint
from tfface.training.checkpoint import Position, State


class Model:
    """Stands for a Keras model: saves its text, or fails in the middle of it as on a full disk."""

    def __init__(self, text, fails=False):
        self.text, self.fails = text, fails

    def save(self, path):
        path.write_text(self.text[:1] if self.fails else self.text)
        if self.fails:
            raise OSError(28, "No space left on device")


def state(epoch):
    return State(f"checkpoint-{epoch}-0.keras", Position(epoch), "id", 1.5, {"seed": 0}, [[1, 2]])


def contents(folder):
    """The model that the state names, and the state."""
    found = checkpoint.load(folder)
    return (folder / found.model).read_text(), found


def test_the_last_one_is_found_and_the_others_are_gone(tmp_path):
    checkpoint.save(tmp_path, Model("one"), state(1))
    checkpoint.save(tmp_path, Model("two"), state(2))
    assert contents(tmp_path) == ("two", state(2))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint-2-0.keras", "state.json"]


@pytest.mark.parametrize("text", ["{bad", "{}", "[]"])
def test_a_damaged_state_is_refused(tmp_path, text):
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(RecipeError, match=r"state\.json is damaged"):
        checkpoint.load(tmp_path)


def test_no_checkpoint_is_none(tmp_path):
    assert checkpoint.load(tmp_path) is None


def test_a_full_disk_while_the_model_is_written(tmp_path):
    checkpoint.save(tmp_path, Model("one"), state(1))
    with pytest.raises(OSError, match="No space"):
        checkpoint.save(tmp_path, Model("two", fails=True), state(2))
    assert contents(tmp_path) == ("one", state(1))


def test_a_full_disk_while_the_state_is_written(tmp_path, monkeypatch):
    checkpoint.save(tmp_path, Model("one"), state(1))

    def torn(value, **_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(json, "dumps", torn)
        with pytest.raises(OSError, match="No space"):
            checkpoint.save(tmp_path, Model("two"), state(2))
    assert contents(tmp_path) == ("one", state(1))
    checkpoint.save(tmp_path, Model("two"), state(2))
    assert contents(tmp_path) == ("two", state(2))
