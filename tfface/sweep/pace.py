"""How many epochs there is time for: measured once for each setting, so that all its cells train equally long."""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import data
from ..training import checkpoint, train
from ..training.schema import Recipe
from .curve import Curve
from .grid import Planned

_EPOCHS = 2  # the first builds the graph, the second is timed


def epochs_in(planned: Planned, recipe: Recipe, faces: data.FaceSet, folder: Path) -> int:
    """So many whole epochs, at least one, as fit into the seconds of a cell.

    The first process that needs to know trains two epochs and writes the number down; a schedule of the learning rate
    can then run to its end, and a repetition trains as long. The evaluations do not count.

    Args:
        planned: the cell.
        recipe: of two epochs.
        faces: all people of the sweep.
        folder: of the sweep.
    """
    cell = planned.cell
    setting = json.dumps([cell.label, cell.backbone, cell.head, cell.identities])
    digest = hashlib.sha256(setting.encode()).hexdigest()[:16]
    path = folder / "pace" / f"{digest}.json"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        checkpoint.write(path, json.dumps({"loss": planned.cell.label, "epoch_seconds": _timed(recipe, faces)}) + "\n")
    epoch = json.loads(path.read_text(encoding="utf-8"))["epoch_seconds"]
    return max(1, int(planned.seconds / epoch))


def _timed(recipe: Recipe, faces: data.FaceSet) -> float:
    """Seconds of training in an epoch."""
    curve = Curve()
    with TemporaryDirectory() as output:
        elsewhere = {"output": output, "tracking": recipe.tracking.model_copy(update={"directory": output})}
        evaluation = recipe.evaluation.model_copy(update={"every": 0})
        train(recipe.model_copy(update={**elsewhere, "evaluation": evaluation}), faces=faces, watching=[curve])
    return curve.later_seconds
