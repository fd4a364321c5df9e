"""The processes of this machine that train the cells of a sweep."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ..distribute.local import gpus

_START = "import sys; from tfface.sweep.worker import main; main(sys.argv[1], int(sys.argv[2]))"
_LAST_LINES = 20
MISTAKE = 2  # exit code of a worker whose last line says what is wrong
_GRACE = 60.0  # seconds to finish a step and what must be written


class WorkersFailed(ChildProcessError):
    """The processes of a sweep cannot work: they end before they begin with a cell, or say what is wrong.

    Attributes:
        exit_code: 2, as for whatever the user can mend.
    """

    exit_code = MISTAKE


class Crew:
    """So many processes, each with its share of the cores and GPUs; one that dies is replaced.

    Args:
        folder: of the sweep.
        jobs: how many.
        cores: of all together.
    """

    def __init__(self, folder: Path, jobs: int, cores: int):
        self._folder = folder
        self._threads = max(1, cores // jobs)
        self._logs = folder / "workers"
        self._logs.mkdir(exist_ok=True)
        self._processes: dict[int, subprocess.Popen] = {}
        self._claimed = [0] * jobs
        self._jobs = jobs

    def __enter__(self):
        for index in range(self._jobs):
            self._start(index)
        return self

    def __exit__(self, *error):
        """Ends those that still run: they give their cells back; who does not answer is killed."""
        for process in self._processes.values():
            _signal(process, signal.SIGINT)
        until = time.monotonic() + _GRACE
        try:
            for process in self._processes.values():
                process.wait(max(0.0, until - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            pass
        finally:
            for process in self._processes.values():
                _signal(process, signal.SIGKILL)
                process.wait()

    @property
    def processes(self) -> list[int]:
        """The ids of those that run."""
        return [process.pid for process in self._processes.values() if process.poll() is None]

    @property
    def working(self) -> bool:
        """Whether there is anything left to do; a process that died is started again.

        Raises:
                WorkersFailed: it died without having taken a cell.
        """
        for index, process in list(self._processes.items()):
            if process.poll() is None:
                continue
            if process.returncode == 0:
                del self._processes[index]
                continue
            if self._claims() <= self._claimed[index] or process.returncode == MISTAKE:
                raise WorkersFailed(self._said(index, process.returncode))
            self._start(index)
        return bool(self._processes)

    def _start(self, index: int) -> None:
        self._claimed[index] = self._claims()
        threads, visible = str(self._threads), gpus()
        own = dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"), threads)
        if visible:
            own["CUDA_VISIBLE_DEVICES"] = visible[index % len(visible)]
        with self._log(index).open("ab") as log:
            self._processes[index] = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-c", _START, str(self._folder), str(os.getpid())],
                env={"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ, **own},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that a terminal's Ctrl-C comes once, from here
            )

    def _log(self, index: int) -> Path:
        return self._logs / f"{os.uname().nodename}-{os.getpid()}-{index}.log"

    def _claims(self) -> int:
        """How many cells and trials were taken so far; a worker that died with none was not killed by a cell."""
        return sum(1 for _ in self._folder.rglob("claim-*.json"))

    def _said(self, index: int, code: int) -> str:
        lines = self._log(index).read_text(encoding="utf-8", errors="replace").splitlines()
        if code == MISTAKE and lines:
            return lines[-1]
        return "\n".join([f"a worker ended with exit code {code}; its last words:", *lines[-_LAST_LINES:]])


def _signal(process: subprocess.Popen, number: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)
