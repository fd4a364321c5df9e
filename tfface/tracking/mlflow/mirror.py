"""A run that MLflow shows while it goes on.

A process of its own reads the run's log from the disk, as the client writes it, and hands on what is new. So the
training neither waits for MLflow nor loads it, what goes wrong there stays there, and a training that is killed is
shown to its last flush.
"""

import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from ..directory import writable_directory
from ..reader import read_again, read_runs
from ..records import RunRecord
from ..start import run_id
from .export import export_mlflow
from .store import check_installed, settings

# under this name `import tfface` goes without TensorFlow, as for the command
_PROGRAM = "import sys; sys.argv[0] = 'tfface'; from tfface.tracking.mlflow.mirror import follow; follow(*sys.argv[1:])"
_PATIENCE = 60.0  # seconds to wait for the last points
_SHARE = 20  # of its time, one part in so many may be spent on reading
_logger = logging.getLogger("tfface")


class MlflowMirror:
    """Shows a run in MLflow while it is logged; a context manager around the training.

    Whatever happens to MLflow, the training goes on: at the end a warning line says what could not be written, and
    `tfface runs export` brings it there later.

    Args:
        run: from `init_run`, logged offline.
        uri: of an MLflow server or database, or a folder, as for `export_mlflow`.
        experiment: what MLflow calls the group of runs.
        directory: the folder that `init_run` was given.
        every: seconds between two looks at the log (more for logs that take long to read).

    Raises:
        ImportError: MLflow is not installed.
        TypeError: the run was started elsewhere.

    Example:
        >>> run = init_run("arcface", directory="runs")  # doctest: +SKIP
        >>> with MlflowMirror(run, "http://127.0.0.1:5000", directory="runs"):  # doctest: +SKIP
        ...     model.fit(dataset, callbacks=[tfface.callbacks.NeptuneCallback(run)])
    """

    def __init__(self, run, uri: str, experiment: str = "tfface", directory=None, every: float = 10.0):
        check_installed()
        identity = run_id(run)
        if identity is None:
            raise TypeError("run: expected a run from tfface.tracking.init_run, got one that was started elsewhere")
        self._uri = uri
        self._words = [str(writable_directory(directory)), identity, str(uri), experiment, str(every)]
        self._process = None

    def __enter__(self):
        package = str(Path(__file__).parents[3])
        paths = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
        self._said = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, *self._words],
                env={**settings(), "PYTHONPATH": paths},
                stdin=subprocess.PIPE,  # closed when the training ends, however it ends
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                start_new_session=True,  # Ctrl-C is for the training
            )
        except OSError as error:
            self._warn(error)
        return self

    def __exit__(self, kind, error, trace):
        if self._process is None:
            return
        self._process.stdin.close()
        try:
            code = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            _logger.warning("tracking: MLflow at %s is still being written to", self._uri)
            return
        if code:
            self._said.seek(0)
            lines = self._said.read().decode(errors="replace").strip().splitlines()
            self._warn(lines[-1] if lines else f"the mirror ended with code {code}")

    def _warn(self, problem) -> None:
        _logger.warning(
            "tracking: not all is in MLflow (%s); tfface runs export --to mlflow --uri %s --folder %s brings it there",
            problem,
            self._uri,
            self._words[0],
        )


def follow(folder: str, identity: str, uri: str, experiment: str, every: str) -> None:
    """What the mirror's process does, until its standard input ends."""
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    run, problem = None, None
    while True:
        last, began = ended.is_set(), time.monotonic()
        try:
            run = _read(run, folder, identity)
            export_mlflow([_settled(run) if last else run], uri, experiment)
            problem = None
        except Exception as error:  # MLflow may be there again in a moment
            problem = (str(error) or type(error).__name__).splitlines()[0]
        if last:
            sys.exit(problem)
        ended.wait(max(float(every), _SHARE * (time.monotonic() - began)))


def _read(run: RunRecord | None, folder: str, identity: str) -> RunRecord:
    if run is not None:
        return read_again(run)
    run = next((run for run in read_runs(folder) if run.id == identity), None)
    if run is None or run.directory.parent.name == "async":
        raise ValueError(f"run {identity} is not logged offline in {folder}")
    return run


def _settled(run: RunRecord) -> RunRecord:
    """The run once its process is gone: one that was killed is not gone at once."""
    for _ in range(10):
        if run.status != "running":
            break
        time.sleep(0.5)
        run = read_again(run)
    return run
