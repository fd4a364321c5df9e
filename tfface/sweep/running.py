"""Runs a sweep with processes of this machine; others may run the same one, on a disk that all of them share."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path

from .._check import whole
from .check import Plan, plan
from .crew import Crew
from .folder import Folder
from .grid import Planned
from .outcome import Outcome, read_outcome
from .progress import progress_bar
from .schema import Sweep
from .source import load_sweep

_LOOK = 0.5  # seconds


class SweepInterrupted(KeyboardInterrupt):
    """Ctrl-C or SIGTERM ended a sweep; the cells under way were given back.

    Attributes:
        exit_code: what a shell reports for a program that this signal ended: 130, 143.
    """

    def __init__(self, folder: Path, done: int, cells: int, by: signal.Signals):
        self.exit_code = 128 + by
        super().__init__(f"interrupted; {done} of {cells} cells are done, go on with: tfface sweep {folder}")


def run(
    sweep: Sweep | str | Path | Mapping, out: str | os.PathLike, jobs: int = 1, cores: int | None = None
) -> list[str]:
    """Trains all cells of a sweep that have no outcome yet.

    Everything is checked before work starts. What goes wrong in a cell is the outcome of that cell. A sweep that was
    ended, even by kill -9, goes on when it is run again; several machines that share the folder may run it together.

    Args:
        sweep: a sweep, or what `load_sweep` reads.
        out: the folder of the sweep.
        jobs: processes that train a cell each.
        cores: of all processes together; None for all that there are.

    Returns:
        A line for each combination that was left out since it makes no sense.

    Raises:
        RecipeError: something in the sweep makes no sense, or the folder holds another one.
        SweepInterrupted: Ctrl-C or SIGTERM.
        WorkersFailed: the processes do not even begin.

    Example:
        >>> sweep = {"data": {"source": "orl"}, "losses": ["softmax", "cosface", "arcface"]}
        >>> run(sweep, "orl", jobs=2)  # doctest: +SKIP
    """
    jobs = whole("jobs", jobs, 1)
    cores = _cores() if cores is None else whole("cores", cores, 1)
    planned = plan(sweep if isinstance(sweep, Sweep) else load_sweep(sweep))
    folder = Folder(Path(out).absolute())
    folder.begin(planned.sweep, planned.cells)
    with _sigterm_too() as heard:
        try:
            _train(folder, planned, jobs, cores)
        except KeyboardInterrupt:
            done = sum(map(folder.done, planned.cells))
            raise SweepInterrupted(Path(out), done, len(planned.cells), heard[-1]) from None
    return planned.skipped


def _cores() -> int:
    """Those that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def _train(folder: Folder, planned: Plan, jobs: int, cores: int) -> None:
    left = sum(not folder.done(each) for each in planned.cells)
    if not left:
        return
    with progress_bar(len(planned.cells)) as tell, Crew(folder.path, min(jobs, left), cores) as crew:
        waiting = list(planned.cells)
        while crew.working:
            waiting = _told(folder, waiting, tell)
            time.sleep(_LOOK)
        _told(folder, waiting, tell)


def _told(folder: Folder, waiting: list[Planned], tell: Callable[[Outcome], None]) -> list[Planned]:
    """Tells of the cells that are done since the last look; gives the others."""
    left = []
    for each in waiting:
        outcome = read_outcome(folder.cell(each))
        if outcome is None:
            left.append(each)
        else:
            tell(outcome)
    return left


@contextmanager
def _sigterm_too():
    """Lets SIGTERM end the sweep as Ctrl-C does; gives the signals that came, after the usual one."""
    heard = [signal.SIGINT]

    def note(number, frame):
        heard.append(signal.Signals(number))
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, note)
    try:
        yield heard
    finally:
        signal.signal(signal.SIGTERM, former)
