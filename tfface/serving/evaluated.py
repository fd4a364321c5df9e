"""What an evaluation is asked, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .._check import whole
from ..data import FaceSet
from ..evaluation.result import Result
from ..evaluation.roc import check_rates
from .attributes import Attributes

FAR = (1e-1, 1e-2, 1e-3)


@dataclass(frozen=True)
class Wanted:
    """What a set is to be judged by, besides what is always told.

    Attributes:
        far: false accept rates at which to give the TAR.
        attributes: also judge by group.
        show_faces: keep a picture of so many of the hardest genuine and impostor pairs. Faces are personal data.
    """

    far: Sequence[float] = FAR
    attributes: Attributes | None = None
    show_faces: int = 0

    def __post_init__(self):
        check_rates(self.far)
        whole("show_faces", self.show_faces, 0)

    def check(self, faces: FaceSet) -> None:
        """Finds out, before anything is embedded, whether the attributes know everybody.

        Raises:
            ValueError: they do not.
        """
        if self.attributes:
            self.attributes.of(faces)


USUAL = Wanted()


@dataclass(frozen=True)
class Evaluation:
    """Results of a model on a set.

    Attributes:
        name: of the set.
        model: where the model is.
        results: by the name of the protocol.
        skipped: a line for each image that was left out.
        pictures: PNG files by their title: faces of the hardest pairs, only where they were asked for.
    """

    name: str
    model: str
    results: dict[str, Result]
    skipped: list[str]
    pictures: dict[str, bytes] = field(default_factory=dict, repr=False)

    def rows(self) -> list[tuple[str, str, float, float | None, float | None]]:
        """(protocol, figure, value, low and high end of its 95 % interval) for a table."""
        rows = []
        for protocol, result in self.results.items():
            intervals = {name.replace("tar_at_far/", "tar@far="): found for name, found in result.intervals().items()}
            for figure, value in result.figures().items():
                rows.append((protocol, figure, value, *intervals.get(figure, (None, None))))
        return rows

    def to_dict(self) -> dict:
        """Everything as plain numbers, ready for JSON."""
        results = {name: result.to_dict() for name, result in self.results.items()}
        return {"set": self.name, "model": self.model, "results": results, "skipped": len(self.skipped)}
