"""What a training gave."""

from dataclasses import dataclass, field
from pathlib import Path

from ..models import FaceModel
from .held_out import HeldOut, Measured
from .schema import Recipe


@dataclass(frozen=True)
class TrainResult:
    """What a training gave.

    Attributes:
        recipe: what was trained.
        output: folder with `model.keras`, `results.json` and the resolved `recipe.yaml`.
        model: the trained `FaceModel`; its `backbone` is what you deploy.
        run_id: of the tracked run.
        history: metric → its value after each epoch (of this call).
        measured: verification and identification of held-out people; None if the recipe keeps none.
        held_out: the people it was found on.
        seconds: spent in training, over all its parts.
        skipped: a line for each image that could not be read and was left out.
    """

    recipe: Recipe
    output: Path
    model: FaceModel
    run_id: str
    history: dict[str, list[float]]
    measured: Measured | None
    held_out: HeldOut | None = field(repr=False, compare=False)
    seconds: float
    skipped: list[str]

    def to_dict(self) -> dict:
        """What `results.json` holds."""
        return {
            "run_id": self.run_id,
            "seconds": self.seconds,
            "history": self.history,
            "measured": self.measured.to_dict() if self.measured else None,
            "skipped": self.skipped,
        }
