"""Removing runs from the disk."""

import os
import shutil

from . import layout
from .disk import parts
from .records import RunRecord


def removable(run: RunRecord, folder: str | os.PathLike, force: bool = False) -> None:
    """Checks that a run can be removed from a folder.

    Raises:
        ValueError: the run goes on and `force` is not set, it lies outside of the folder or behind a link, or it is an
            export.
    """
    if not run.directories:
        raise ValueError(f"run {run.id!r} is an export, which is not changed")
    if run.status == layout.RUNNING and not force:
        raise ValueError(f"run {run.id!r} goes on; --force removes it all the same")
    inside = os.path.realpath(folder)
    for directory in run.directories:
        place = os.path.realpath(directory)
        if directory.is_symlink() or os.path.commonpath([inside, place]) != inside or not parts(directory):
            raise ValueError(f"run {run.id!r}: {directory} is not a run's own directory inside {inside}")


def remove_run(run: RunRecord, folder: str | os.PathLike, force: bool = False) -> None:
    """Removes all directories of a run below a folder, for good.

    Args:
        run: a record from `read_runs(folder)`.
        folder: nothing outside of it is touched.
        force: also a run that goes on.

    Raises:
        ValueError: as `removable` says.

    Example:
        >>> for run in filter_runs(read_runs("runs"), "status == crashed"):  # doctest: +SKIP
        ...     remove_run(run, "runs")
    """
    removable(run, folder, force)
    for directory in run.directories:
        shutil.rmtree(directory)
