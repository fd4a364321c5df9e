"""Every format is a source of a recipe: for training, and for the evaluation with its own pairs."""

import numpy as np
import pytest

from tfface import data
from tfface.training import RecipeError, load_recipe
from tfface.training.material import Material


def recipe(tmp_path, source, evaluation=None, **settings):
    evaluation = evaluation or {}
    text = f"data: {{source: {source}, {', '.join(f'{k}: {v}' for k, v in settings.items())}}}\n"
    path = tmp_path / "recipe.yaml"
    path.write_text(text + f"loss: arcface\nepochs: 1\nevaluation: {evaluation}\n", encoding="utf-8")
    return load_recipe(path)


def written(faces, folder, kind):
    people = data.folder(faces)
    {"rec": data.write_rec, "tfrecord": data.write_tfrecord}[kind](people, folder)
    return people


@pytest.mark.parametrize("kind", ["rec", "tfrecord"])
def test_packed_sets_train_like_their_folder(faces, tmp_path, kind):
    people = written(faces, tmp_path / "packed", kind)
    material = Material(recipe(tmp_path, f"{{name: {kind}, path: {tmp_path / 'packed'}}}"))
    material.decode()
    images, labels = material.images.some()
    np.testing.assert_array_equal(images, data.standardize(people.images(channels=1)))
    assert labels.tolist() == people.labels.tolist() and material.describe()["identities"] == 8


def test_what_is_found_when_opening_is_treated_as_the_recipe_says(faces, tmp_path):
    written(faces, tmp_path / "packed", "rec")
    torn = tmp_path / "packed/train.rec"
    torn.write_bytes(torn.read_bytes()[:4000])
    source = f"{{name: rec, path: {tmp_path / 'packed'}}}"
    with pytest.raises(RecipeError, match=r"data\.source: .*train\.rec: torn: "):
        Material(recipe(tmp_path, source))
    with pytest.warns(UserWarning, match=r"train\.rec: torn: "):
        material = Material(recipe(tmp_path, source, on_error="skip"))
    with pytest.warns(UserWarning, match="skipped 1 of"):  # the image at the tear
        material.decode()
    assert len(material.skipped) == 2 and material.describe()["skipped"] == 2


def test_verification_sets_bring_their_pairs(faces, tmp_path):
    people = data.folder(faces)
    drawn = data.verification_pairs(people.labels, impostors=30)
    drawn = data.Pairs(*(part[:60] for part in drawn))
    arguments = people.keys, people.labels, people.identities, people.read
    pairs = data.PairSet(*arguments, pairs=drawn, folds=data.contiguous_folds(60, 10))
    data.write_bin(pairs, tmp_path / "pairs.bin")
    lines = [
        f"{people.keys[a]} {people.keys[b]} {int(same)}"
        for a, b, same in zip(*(part.tolist() for part in drawn), strict=True)
    ]
    (tmp_path / "pairs.txt").write_text("\n".join(lines))
    held_out = []
    for evaluation in (
        {"name": "bin", "path": str(tmp_path / "pairs.bin")},
        {"name": "pairs_file", "path": str(tmp_path / "pairs.txt"), "images": str(faces)},
        {"name": "lfw", "path": str(faces), "pairs": str(tmp_path / "pairs.txt")},
    ):
        material = Material(recipe(tmp_path, f"{{name: folder, path: {faces}}}", {"source": evaluation}))
        material.decode()
        held_out.append(material.held_out)
    for one in held_out:
        assert one.pairs.same.tolist() == drawn.same.tolist()
        np.testing.assert_array_equal(
            one.images[one.pairs.first], data.standardize(people.images(channels=1))[drawn.first]
        )
