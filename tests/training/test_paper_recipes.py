"""Recipes that are papers open data in the format they name, and build; with `soak` each trains as it is written."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tfface import data
from tfface.sweep import load_sweep
from tfface.sweep.check import plan, recipe_of
from tfface.training import build, load_recipe, train
from tfface.training.material import Material

RECIPES = Path(__file__).parents[2] / "recipes"
TINY = ("data.size=[16, 16]", "backbone={name: small_cnn, embedding_size: 8, widths: [4]}", "precision=float32")
# Processors take minutes for a step in float16, and six steps settle no running statistics for its short range.
IN_FULL = "precision=float32"
FEW = {  # what twelve people with four images allow
    "insightface-casia-r50": ["batch=8"],
    "adaface": ["batch=8"],
    "facenet-triplet": ["batch={identities_per_batch: 2, images_per_identity: 4}", "data.min_images=1"],
    "deepid2": ["batch.identities_per_batch=4"],
    "small/folder-arcface": ["batch=8", "data.train_identities=8"],
    "small/folder-adaface": ["batch=8", "data.train_identities=8"],
    "small/folder-triplet": ["batch.identities_per_batch=4", "data.train_identities=8"],
}
PAPERS = [name for name in FEW if "/" not in name]
SWEEPS = {"srivastava2019": ["losses.4.recipe.batch.identities_per_batch=4"], "small/orl-srivastava": []}


def photograph(seed):
    stream = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (20, 18, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(stream, "JPEG")
    return stream.getvalue()


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """Twelve people with four images: a .rec with its lfw.bin, a folder of identities, and LFW's layout with pairs."""
    root = tmp_path_factory.mktemp("sets")
    labels = np.repeat(np.arange(12), 4)
    names = [f"person_{label}" for label in range(12)]
    keys = [f"{names[label]}/{names[label]}_{number % 4 + 1:04}.jpg" for number, label in enumerate(labels)]
    images = [photograph(seed) for seed in range(48)]
    people = data.FaceSet(keys, labels, names, images.__getitem__, "people")
    data.write_rec(people, root / "rec")
    drawn = data.verification_pairs(labels, impostors=30)
    drawn = data.Pairs(*(part[:60] for part in drawn))
    pairs = data.PairSet(keys, labels, names, people.read, pairs=drawn, folds=data.contiguous_folds(60, 10))
    data.write_bin(pairs, root / "rec/lfw.bin")
    for key, image in zip(keys, images, strict=True):
        (root / "people" / key).parent.mkdir(parents=True, exist_ok=True)
        (root / "people" / key).write_bytes(image)
    lines = [f"{keys[a]} {keys[b]} {int(same)}" for a, b, same in zip(*(part.tolist() for part in drawn), strict=True)]
    (root / "people/pairs.txt").write_text("\n".join(lines))
    return root


def pointed(name, sets, *settings, section=""):
    """What lets a recipe, or a sweep with its `base`, find the synthetic sets."""
    text = (RECIPES / f"{name}.yaml").read_text(encoding="utf-8")
    kind = "rec" if "name: rec" in text else "people"
    found = [f"data.source.path={sets / kind}"] if "path: " in text else []
    if "name: bin" in text:
        found.append(f"{section}evaluation.source.path={sets / 'rec/lfw.bin'}")
    if "name: lfw" in text:
        found += [f"evaluation.source.path={sets / 'people'}", f"evaluation.source.pairs={sets / 'people/pairs.txt'}"]
    return [*found, *settings]


def recipe_in(sets, tmp_path, name, *settings):
    own = [f"output={tmp_path / 'out'}", f"tracking.directory={tmp_path / 'runs'}", "evaluation.folds=3"]
    return load_recipe(RECIPES / f"{name}.yaml", pointed(name, sets, *FEW[name], *own, *settings))


def sweep_in(sets, name):
    return load_sweep(RECIPES / f"{name}.yaml", pointed(name, sets, "seeds=1", *SWEEPS[name], section="base."))


@pytest.mark.parametrize("name", FEW)
def test_recipes_open_their_data_and_build(name, sets, tmp_path):
    recipe = recipe_in(sets, tmp_path, name)
    material = Material(recipe)
    assert len(material.faces.identities) == (12 if name in PAPERS else 8) and material.others is not None
    build.find_backbone(recipe)
    loss = build.make_loss(recipe, 0, material.num_classes)
    build.make_head(recipe, 0, loss, material.num_classes)
    build.make_optimizer(recipe, 0, steps_per_epoch=6)
    material.augment(0)
    material.decode()
    assert len(material.batches(0)) and len(material.held_out.pairs.same)


@pytest.mark.parametrize("name", SWEEPS)
def test_sweeps_plan_their_cells(name, sets):
    planned = plan(sweep_in(sets, name))
    settings = planned.sweep.losses[-1].recipe["batch"]
    assert settings["images_per_identity"] == 4
    assert len(planned.cells) == 5 * len(planned.sweep.backbones) and not planned.skipped
    for cell in planned.cells:
        assert recipe_of(planned.sweep, cell).stages[0].loss


def test_a_paper_trains(sets, tmp_path):
    """One of them, small, so that reading, fitting and LFW's own pairs go together."""
    result = train(recipe_in(sets, tmp_path, "deepid2", *TINY, "epochs=2"))
    assert len(result.history["loss"]) == 2 and np.all(np.isfinite(result.history["loss"]))
    assert 0 <= result.measured.verification.accuracy <= 1 and "contrastive" in result.history


@pytest.mark.soak
@pytest.mark.parametrize("name", PAPERS)
def test_papers_train_as_they_are_written(name, sets, tmp_path):
    """With their own backbone and image size, for an epoch of six steps."""
    result = train(recipe_in(sets, tmp_path, name, "epochs=1", "schedule=constant", IN_FULL))
    assert np.isfinite(result.history["loss"]).all() and np.isfinite(result.measured.verification.auc)


@pytest.mark.soak
@pytest.mark.parametrize("backbone", ["resnet50", "mobilenet"])
def test_a_cell_of_the_sweep_trains_as_it_is_written(backbone, sets, tmp_path):
    sweep = sweep_in(sets, "srivastava2019")
    cells = [cell for cell in plan(sweep).cells if cell.recipe["backbone"]["name"] == backbone]
    own = {"batch": 8, "precision": "float32", "epochs": 1, "schedule": "constant", "output": str(tmp_path / "out")}
    result = train(recipe_of(sweep, cells[1], **own, tracking={"directory": str(tmp_path / "runs")}))
    assert np.isfinite(result.history["loss"]).all()
