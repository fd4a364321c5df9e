"""Every example in a docstring runs; those that cannot (a network, a minute of training) are listed here."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest
from tensorflow import keras

import tfface

SKIPPED = {
    "tfface.callbacks.neptune.NeptuneCallback",  # starts the client, as do the next four
    "tfface.tracking.start.init_run",
    "tfface.tracking.start.run_id",
    "tfface.tracking.results.log_results",
    "tfface.tracking.checkpoint.log_checkpoint",
    "tfface.tracking.compare.compare",  # needs runs, as do the next ten
    "tfface.tracking.reader.read_runs",
    "tfface.tracking.frames.to_pandas",
    "tfface.tracking.query.field",
    "tfface.tracking.query.filter_runs",
    "tfface.tracking.query.find_run",
    "tfface.tracking.query.sort_runs",
    "tfface.tracking.removal.remove_run",
    "tfface.tracking.tags.tag_run",
    "tfface.tracking.mlflow.export.export_mlflow",
    "tfface.tracking.mlflow.mirror.MlflowMirror",
    "tfface.data.sources.samples.mnist",  # downloads, as does the next one
    "tfface.data.sources.tfds.tfds",
    "tfface.data.detection.Mtcnn",  # needs mtcnn, as does the next one
    "tfface.data.preparation.prepare.prepare",
    "tfface.data.sources.cfp.cfp",  # needs files, as do the next seven
    "tfface.data.sources.pairs_file.lfw",
    "tfface.data.sources.pairs_file.pairs_file",
    "tfface.data.sources.rec.rec",
    "tfface.data.sources.tfrecord.tfrecord",
    "tfface.data.sources.verification_bin.verification_bin",
    "tfface.evaluation.ijb.read_ijb",
    "tfface.serving.ijb.evaluate_ijb",
    "tfface.models.pytorch.from_pytorch",  # needs weights
    "tfface.training.fit.train",  # trains for a minute, as do the next two
    "tfface.training.report.summary",
    "tfface.training.progress.progress_bar",
    "tfface.training.launch.launch",  # starts processes
    "tfface.sweep.running.run",  # trains for minutes, as does the next one
    "tfface.sweep.progress.progress_bar",
    "tfface.sweep.reports.reporting.report",  # needs a sweep, as does the next one
    "tfface.sweep.reports.markdown.write_markdown",
}


def docstrings():
    finder = doctest.DocTestFinder()
    for module in pkgutil.walk_packages(tfface.__path__, "tfface."):
        loaded = importlib.import_module(module.name)
        # Re-exported names are found in the module that defines them.
        yield from (found for found in finder.find(loaded, globs=vars(loaded).copy()) if found.examples)


EXAMPLES = {found.name: found for found in docstrings()}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """What examples may use without making it: eight people of five images, a model and embeddings of theirs."""
    random = np.random.default_rng(0)
    faces = tfface.data.arrays(random.integers(0, 256, (40, 8, 8, 3), dtype=np.uint8), np.repeat(np.arange(8), 5))
    backbone = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(4)])
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(8))
    model.compile("sgd", loss=tfface.ArcFace())
    saved = tmp_path_factory.mktemp("world") / "model.keras"
    model.save(saved)
    return {
        "saved": saved,
        "np": np,
        "keras": keras,
        "tfface": tfface,
        "faces": faces,
        "images": tfface.data.standardize(faces.images()),
        "labels": faces.labels,
        "batches": tfface.data.training_batches(faces.images(), faces.labels, 20),
        "backbone": backbone,
        "model": model,
        "embeddings": random.normal(size=(40, 4)),
    }


@pytest.fixture
def a_folder(world, tmp_path, monkeypatch):
    """Where examples run: `faces/anna`, `faces/bo`, and the model of `world`."""
    (tmp_path / "model.keras").symlink_to(world["saved"])
    for name in ("anna", "bo"):
        (tmp_path / "faces" / name).mkdir(parents=True)
        (tmp_path / "faces" / name / "1.pgm").write_bytes(b"P5 1 1 255\n\0")
    monkeypatch.chdir(tmp_path)


def test_skipped_examples_are_known():
    skipped = {
        name for name, found in EXAMPLES.items() if any(example.options.get(doctest.SKIP) for example in found.examples)
    }
    assert skipped == SKIPPED


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_runs(name, world, a_folder):
    found = EXAMPLES[name]
    found.globs = {**world, **found.globs}
    told = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(found, out=told.append)
    assert not told, "".join(told)
