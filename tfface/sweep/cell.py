"""One cell of a sweep: trained, measured on people never seen, and told in an outcome whatever happens."""

import os
import platform
import traceback
from pathlib import Path

import numpy as np
from tensorflow import keras

from .. import data, evaluation
from ..callbacks import NonFiniteError
from ..callbacks.collapse import COLLAPSED
from ..evaluation.vectors import unit
from ..models.cost import parameters
from ..tracking.environment import environment
from ..training import TrainResult, train
from ..training.schema import Recipe
from .curve import Curve
from .memory import peak_bytes, reset_peak
from .outcome import Cell, Cost, Outcome, Scores

TRACEBACK = "error.txt"
_SHOWN = 10  # people in the picture of the embeddings


def train_cell(
    cell: Cell, recipe: Recipe, faces: data.FaceSet | None, folder: Path, watching=()
) -> tuple[Outcome, Scores | None]:
    """Trains a cell; what goes wrong in it is its outcome, and no error.

    Args:
        cell: which one.
        recipe: what to train.
        faces: all people of the sweep.
        folder: of the cell, for the traceback of an error.
        watching: further callbacks.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM.
    """
    keras.backend.clear_session()
    reset_peak()
    curve = Curve()
    told = {"cell": cell, "versions": _versions()}
    try:
        result = train(recipe, faces=faces, watching=[curve, *watching])
    except Exception as error:
        (folder / TRACEBACK).write_text(traceback.format_exc(), encoding="utf-8")
        status, reason = "failed", f"{type(error).__name__}: {' '.join(str(error).split())}"
        if isinstance(error, NonFiniteError):
            status, reason = "diverged", str(error)
        return Outcome(status=status, reason=reason, curve=curve.points, cost=_cost(curve, recipe), **told), None
    told |= {"curve": curve.points, "cost": _cost(curve, recipe, result), "run": result.run_id}
    spread = evaluation.embedding_spread(result.measured.embeddings)
    if spread < COLLAPSED:
        reason = f"all embeddings are nearly one point (spread {spread:.2g}, below {COLLAPSED:g})"
        return Outcome(status="collapsed", reason=reason, metrics=_metrics(result), **told), _scores(result)
    return Outcome(status="finished", metrics=_metrics(result), **told), _scores(result)


def _cost(curve: Curve, recipe: Recipe, result: TrainResult | None = None) -> Cost:
    batch = recipe.stages[0].batch
    size = batch.size or batch.identities_per_batch * batch.images_per_identity
    return Cost(
        seconds=curve.seconds,
        processor_seconds=curve.processor_seconds,
        images_per_second=size * curve.later_steps / curve.later_seconds if curve.later_seconds else None,
        peak_bytes=peak_bytes(),
        parameters=parameters(result.model.backbone) if result else None,
    )


def _metrics(result: TrainResult) -> dict[str, float]:
    """The figures, on one level: a TAR is called `tar@0.01`."""
    found = {}
    for name, value in result.measured.to_dict().items():
        if name == "tar_at_far":
            found.update({f"tar@{far}": float(tar) for far, tar in value.items()})
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[name] = float(value)
    return found


def _scores(result: TrainResult) -> Scores:
    held_out, embeddings = result.held_out, unit(result.measured.embeddings)
    first, second, same = held_out.pairs
    labels = held_out.labels
    people = np.arange(len(embeddings)) if labels is None else labels
    plane, shown = _plane(embeddings, labels)
    return Scores(
        similarity=np.einsum("nd,nd->n", embeddings[first], embeddings[second]),
        same=same,
        first_identity=people[first],
        second_identity=people[second],
        plane=plane,
        plane_labels=shown,
    )


def _plane(embeddings: np.ndarray, labels: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Some people's embeddings in the plane of their largest variance, (n, 2), and whose they are."""
    if labels is None:
        return np.zeros((0, 2)), np.zeros(0)
    shown = np.isin(labels, np.unique(labels)[:_SHOWN])
    points = embeddings[shown] - embeddings[shown].mean(axis=0)
    axes = np.linalg.svd(points, full_matrices=False)[2][:2]
    return points @ axes.T, labels[shown]


def _versions() -> dict[str, str]:
    found = environment()
    return {
        **found["versions"],
        "python": found["python"],
        "platform": found["platform"],
        "processor": _processor(),
        "cores": str(os.cpu_count()),
    }


def _processor() -> str:
    """What the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
