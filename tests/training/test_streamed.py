"""A training that reads its images while it goes on: what is held in memory, what becomes of bad files."""

import json
import shutil

import numpy as np
import pytest

from tfface.tracking import read_runs
from tfface.training import RecipeError, load_recipe, train
from tfface.training import images as training_images
from tfface.training.material import Material

STREAMED = {"memory": False}


def with_data(recipe, **data):
    return {**recipe, "data": {**recipe["data"], **data}}


@pytest.fixture
def own_faces(faces, tmp_path):
    """A copy of the faces, to be damaged, as a recipe's source."""
    shutil.copytree(faces, tmp_path / "faces")
    return {"name": "folder", "path": str(tmp_path / "faces")}


def test_a_bad_file_stops_the_training_and_is_skipped_by_the_next_try(tiny, own_faces, tmp_path):
    bad = tmp_path / "faces" / "p1" / "3.pgm"
    bad.write_bytes(b"P5 12 12 255\nshort")
    recipe = tiny(data={"source": own_faces, "train_identities": 5, "memory": False}, epochs=3)
    with pytest.raises(ValueError, match=r"p1/3\.pgm: cannot decode") as raised:
        train(recipe)
    assert "\n" not in str(raised.value)
    again = train(with_data(recipe, on_error="skip"), resume=True)
    assert len(again.skipped) == 1 and "p1/3.pgm" in again.skipped[0]
    assert json.loads((tmp_path / "out" / "results.json").read_text())["skipped"] == again.skipped
    run = next(run for run in read_runs(tmp_path / "runs") if run.id == again.run_id)
    assert run.parameters["data/skipped"] == 1 and run.status == "finished"


def test_what_is_held_in_memory(tiny, monkeypatch):
    def material(**data):
        material = Material(load_recipe(with_data(tiny(), **data)))
        material.decode()
        return material

    assert material().images.in_memory
    monkeypatch.setattr(training_images, "MEMORY", 30 * 12 * 12 - 1)
    large = material()
    assert not large.images.in_memory and large.input_shape == (12, 12, 1)
    held = material(memory=True, mirror_identities=True).images
    assert held.in_memory
    streamed = material(mirror_identities=True).images
    for some, same in zip(streamed.some(7), held.some(7), strict=True):
        np.testing.assert_array_equal(some, same)


def test_people_with_too_few_images_are_left_out(tiny, own_faces, tmp_path):
    (tmp_path / "faces" / "p0" / "0.pgm").unlink()
    recipe = load_recipe(tiny(data={"source": own_faces, "min_images": 6}))
    assert Material(recipe).faces.identities == [f"p{person}" for person in range(1, 8)]
    with pytest.raises(RecipeError, match=r"recipe: data\.min_images: .*no identity has 7 images"):
        Material(load_recipe(tiny(data={"source": own_faces, "min_images": 7})))


def test_what_does_not_go_together(tiny):
    with pytest.raises(RecipeError, match=r"evaluation\.whiten: expected images in memory \(data\.memory: true\)"):
        train(with_data(tiny(evaluation={"folds": 3, "whiten": 0.3}), **STREAMED))
    with pytest.raises(RecipeError, match=r"augment: mixup: expected losses on classes, got triplet"):
        train(tiny(loss="triplet", augment={"mixup": 0.2}))
    with pytest.raises(RecipeError, match=r"data\.memory"):
        load_recipe(with_data(tiny(), memory="never"))
