"""Starts the workers of a training on one machine, and ends them together."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ..distribute import local

_START = "import sys; sys.argv[0] = 'tfface'; from tfface.cli import main; sys.exit(main())"
_STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM)  # exit codes of workers that agreed to end
_MOMENT = 1.0  # in which the others find the same mistake, or say that they lost somebody
_LAST_LINES = 20


class WorkerFailed(ChildProcessError):
    """One of the workers failed, and the others were ended.

    Attributes:
        exit_code: of the worker, as a shell reports it.
    """

    def __init__(self, index: int, exit_code: int, said: str):
        killed = exit_code - 128 in set(signal.Signals)
        how = f"was killed by {signal.Signals(exit_code - 128).name}" if killed else f"ended with exit code {exit_code}"
        super().__init__(f"worker {index} {how}" + (f"; its last words:\n{said}" if said else ""))
        self.exit_code = exit_code


def launch(words: Sequence[str], workers: int, grace: float = 30.0) -> int:
    """Runs `tfface` in several processes that form a cluster, until all have ended.

    The first one is the chief, and has this process's output; what another says is shown if it fails. If one fails or
    is killed, the others are ended too. Ctrl-C and SIGTERM are handed on to all, which then end together.

    Args:
        words: what stands behind `tfface` on the command line, `["train", "faces.yaml"]`.
        workers: how many processes; GPUs and cores are dealt out among them.
        grace: seconds that workers have to end after one failed, or after a second Ctrl-C, before they are killed.

    Returns:
        The exit code of the chief, who has said what there is to say.

    Raises:
        ValueError: `workers` is below 1, or more than there are GPUs, if there are any.
        WorkerFailed: a worker was killed, or one other than the chief failed.

    Example:
        >>> launch(["train", "faces.yaml", "--strategy", "multiworker"], workers=2)  # doctest: +SKIP
        0
    """
    if workers < 1:
        raise ValueError(f"workers: expected at least 1, got {workers!r}")
    environments = local.environments(workers)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        group = _Group(stack.enter_context(_Worker(i, words, own, folder)) for i, own in enumerate(environments))
        with group.forwarding():
            group.wait(grace)
        first = group.first_failed()
        if first is not None and (first.index > 0 or first.exit_code > 128):
            raise WorkerFailed(first.index, first.exit_code, first.said())
        return group.workers[0].exit_code


class _Worker:
    """A process, in a group of its own, so that a terminal's Ctrl-C reaches it once, from here."""

    def __init__(self, index: int, words: Sequence[str], environment: dict[str, str], folder: Path):
        self.index = index
        self.ended: float | None = None
        self._heard = folder / f"{index}.txt"
        with open(self._heard, "wb") as file:
            output = {} if index == 0 else {"stdout": file, "stderr": file}
            command = [sys.executable, "-c", _START, *words]
            settings = {"env": {**os.environ, **environment}, "stdin": subprocess.DEVNULL, "start_new_session": True}
            self._process = subprocess.Popen(command, **settings, **output)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.signal(signal.SIGKILL)
        self._process.wait()

    @property
    def running(self) -> bool:
        if self.ended is None and self._process.poll() is not None:
            self.ended = time.monotonic()
        return self.ended is None

    @property
    def exit_code(self) -> int:
        """As a shell reports it."""
        code = self._process.returncode
        return code if code >= 0 else 128 - code

    @property
    def failed(self) -> bool:
        return not self.running and self.exit_code not in (0, *_STOPPED)

    def said(self) -> str:
        """The last lines of what was not shown."""
        return "\n".join(self._heard.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:])

    def signal(self, number: int) -> None:
        if self.running:
            os.killpg(self._process.pid, number)


class _Group:
    """The workers, who end together."""

    def __init__(self, workers):
        self.workers = list(workers)
        self._interrupts = 0

    def wait(self, grace: float) -> None:
        """Until all have ended: by themselves, or because one failed."""
        hurried = None
        while any(worker.running for worker in self.workers):
            if hurried is None and (self._interrupts > 1 or self.first_failed()):
                time.sleep(_MOMENT)
                hurried = time.monotonic()
                self._signal(signal.SIGTERM)
            if hurried is not None and time.monotonic() > hurried + grace:
                self._signal(signal.SIGKILL)
            time.sleep(0.05)

    def first_failed(self) -> _Worker | None:
        """The chief, if it noticed by itself; else who failed first."""
        failed = [worker for worker in self.workers if worker.failed]
        first = min(failed, key=lambda worker: worker.ended, default=None)
        chief_too = first is not None and self.workers[0] in failed and first.exit_code == self.workers[0].exit_code
        return self.workers[0] if chief_too else first

    @contextmanager
    def forwarding(self):
        """Hands Ctrl-C and SIGTERM on, which only the main thread can."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        heard = (signal.SIGINT, signal.SIGTERM)  # unless they are ignored, as Ctrl-C is in a background job
        heard = [number for number in heard if signal.getsignal(number) not in (None, signal.SIG_IGN)]
        former = {number: signal.signal(number, self._forward) for number in heard}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _forward(self, number, frame):
        self._interrupts += number == signal.SIGINT
        self._signal(number)

    def _signal(self, number: int) -> None:
        for worker in self.workers:
            worker.signal(number)
