"""A checkpoint is the former one or the new one, whatever happens while it is written, or afterwards."""

import zipfile

import pytest

from tfface.training import RecipeError, checkpoint
from tfface.training.checkpoint import Position, State


class Model:
    """Stands for a Keras model: saves its text in an archive, or fails in the middle of it as on a full disk."""

    def __init__(self, text, fails=False):
        self.text, self.fails = text, fails

    def save(self, path):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("weights", self.text * 100)
        if self.fails:
            path.with_name("tmp_of_keras").write_text("half")
            raise OSError(28, "No space left on device")


def state(epoch, step=0, finished=False):
    return State(Position(epoch, step), "id", 1.5, {"seed": 0}, "faces", [[1, 2]], finished)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def two(tmp_path):
    """A folder with two checkpoints."""
    checkpoint.save(tmp_path, Model("one"), state(1), keep=2)
    checkpoint.save(tmp_path, Model("two"), state(1, 20), keep=2)
    return tmp_path


def test_the_last_one_is_found_and_so_many_are_kept(two):
    found = checkpoint.load(two)
    assert found.state == state(1, 20)
    assert zipfile.ZipFile(found.path).read("weights") == b"two" * 100
    checkpoint.save(two, Model("three"), state(10), keep=2)  # after 1-20 by number, before it by name
    assert names(two) == ["checkpoint-1-20.keras", "checkpoint-10-0.keras"]
    checkpoint.save(two, Model("four"), state(10, finished=True), keep=2)
    assert names(two) == ["model.keras"] and checkpoint.load(two).state.finished


def test_no_checkpoint_is_none(tmp_path):
    assert checkpoint.load(tmp_path) is None
    assert checkpoint.load(tmp_path / "nowhere") is None


def test_a_full_disk_leaves_what_was_there(two):
    with pytest.raises(OSError, match=r"No space left on device: .*checkpoint-2-0\.keras"):
        checkpoint.save(two, Model("three", fails=True), state(2), keep=1)
    assert names(two) == ["checkpoint-1-0.keras", "checkpoint-1-20.keras"]


def test_what_a_killed_process_left_is_removed_and_never_chosen(two):
    (two / "unfinished").mkdir()
    (two / "unfinished" / "checkpoint-3-0.keras").write_text("half")
    assert checkpoint.load(two).state == state(1, 20)
    checkpoint.check_writable(two)
    assert names(two) == ["checkpoint-1-0.keras", "checkpoint-1-20.keras"]


def truncated(data):
    return data[: len(data) // 2]


def emptied(data):
    return b""


def flipped(data):
    """One bit of the weights."""
    at = data.index(b"twotwo") + 3
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def without_state(data):
    """One character of it."""
    return data[:-20] + b"!" + data[-19:]


@pytest.mark.parametrize("damage", [truncated, emptied, flipped, without_state])
def test_a_damaged_one_is_left_out_and_then_replaced(two, caplog, damage):
    last = two / "checkpoint-1-20.keras"
    last.write_bytes(damage(last.read_bytes()))
    assert checkpoint.load(two).state == state(1)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"{last} is damaged and left out (")
    checkpoint.save(two, Model("again"), state(1, 10), keep=2)
    assert names(two) == ["checkpoint-1-0.keras", "checkpoint-1-10.keras"]


def test_if_all_are_damaged_the_training_cannot_go_on(two):
    for path in two.iterdir():
        path.write_bytes(b"PK")
    with pytest.raises(RecipeError, match=rf"no checkpoint in {two} can be read"):
        checkpoint.load(two)
