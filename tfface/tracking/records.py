"""What `read_runs` gives: runs as plain data."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from . import layout

Scalar = bool | int | float | str


@dataclass(frozen=True)
class Series:
    """A curve: `values[i]` at `steps[i]`, logged at `times[i]` (seconds since 1970); values are floats or strings."""

    steps: Sequence[float]
    values: Sequence[float] | Sequence[str]
    times: Sequence[float]

    def __len__(self):
        return len(self.values)

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return isinstance(self.values, array)


@dataclass(frozen=True)
class RunRecord:
    """A run as it was read from the disk; the parts of a resumed run are one record.

    Attributes:
        id: `tfface/run_id`, or the client's id for runs started elsewhere.
        status: `running`, `finished`, `interrupted`, `failed`, `diverged` or `crashed`.
        reason: why, if the status has a reason.
        parameters: every single value, by its path.
        series: every curve, by its path.
        files: every file that lies in the run's directory, by its path: where it is (absolute).
        references: what the run only names, by its path: files that were not copied, images inside the log.
        images: the last picture of every series of images, by its path, in base64.
        directory: where the latest part lies; `directories`: all parts (none of an export, which is never changed).
        lost_operations: operations that were logged but never reached the disk (a crash).
        unknown_operations: operations this reader does not know or could not read.
    """

    id: str
    name: str
    directory: Path
    status: str
    reason: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    tags: tuple[str, ...] = ()
    parameters: dict[str, Scalar] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    directories: tuple[Path, ...] = ()
    lost_operations: int = 0
    unknown_operations: int = 0

    @property
    def settings(self) -> dict[str, Scalar]:
        """The parameters that say how the run was made."""
        return {path: value for path, value in self.parameters.items() if layout.is_setting(path)}

    @property
    def results(self) -> dict[str, dict[str, Scalar]]:
        """The final results: evaluation set -> metric -> value."""
        sets: dict[str, dict[str, Scalar]] = {}
        for path, value in self.parameters.items():
            top, _, rest = path.partition("/")
            name, _, metric = rest.partition("/")
            if top == layout.EVALUATION and metric:
                sets.setdefault(name, {})[metric] = value
        return sets

    @property
    def duration(self) -> float | None:
        """Seconds of all epochs, or from the start to the last sign of life."""
        epochs = self.series.get(layout.SECONDS)
        if epochs is not None and epochs.numeric:
            return sum(epochs.values)
        return (self.ended - self.started).total_seconds() if self.started and self.ended else None
