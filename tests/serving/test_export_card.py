"""The card beside an export: what is known of the model, and no more."""

import json
import zipfile

import pytest
from tensorflow import keras

from tfface.cli import main
from tfface.serving import export
from tfface.training.checkpoint import Position, State, packed

RECIPE = {
    "data": {"source": {"name": "folder", "path": "/home/anna/people"}},
    "backbone": {"name": "small_cnn"},
    "output": "/home/anna/out",
}
MEASURED = {
    "accuracy": 0.987,
    "accuracy_std": 0.004,
    "auc": 0.999,
    "eer": 0.013,
    "tar_at_far": {"0.01": 0.912},
    "genuine": 3000,
    "impostors": 3100,
    "rank1": 0.955,
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "model.keras"
    inputs = keras.Input((6, 5, 1))
    keras.Model(inputs, keras.layers.Dense(4)(keras.layers.Flatten()(inputs)), name="net").save(path)
    return path


def card(model, tmp_path):
    return export(model, "savedmodel", tmp_path / "made").card.read_text()


def test_what_is_not_known_is_said_to_be_unknown(model, tmp_path):
    page = card(model, tmp_path)
    assert "# made\n" in page and "`net`, as TensorFlow SavedModel." in page and "uint8 (N, 6, 5, 1), grey" in page
    assert "| data fingerprint | unknown |" in page and "The recipe is unknown." in page
    assert "How well it tells people apart is unknown." in page
    assert "cosine at least 1.000000" in page or "cosine at least 0.99999" in page


def test_a_training_tells_what_the_model_is_made_of(model, tmp_path):
    with zipfile.ZipFile(model, "a") as archive:
        archive.comment = packed(State(Position(3), "abc123", 61.4, RECIPE, "f1f2", [], finished=True))
    (model.parent / "results.json").write_text(json.dumps({"run_id": "abc123", "measured": MEASURED}))
    page = card(model, tmp_path)
    assert "`small_cnn`" in page and "| data fingerprint | f1f2 |" in page and "| run | abc123 |" in page
    assert "98.70% ± 0.40%" in page and "| true accepts at 0.01 false accepts | 91.20% |" in page
    assert "path: people" in page and "anna" not in page  # nor where it lay

    (model.parent / "results.json").write_text(json.dumps({"run_id": "another", "measured": MEASURED}))
    other = tmp_path / "other"
    other.mkdir()
    assert "98.70%" not in card(model, other)


def test_the_command_prints_what_it_found(model, tmp_path, capsys):
    assert main(["export", str(model), "--to", "tflite", "--output", str(tmp_path / "m.tflite"), "--normalize"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["export", "card", "same", "on"]
    assert str(tmp_path / "m.tflite") in lines[0] and "(bound 0.9999)" in lines[2]
    assert "of length: 1 " in (tmp_path / "m.tflite.md").read_text()
