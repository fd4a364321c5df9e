"""MLflow's own interface, on a store of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from ..directory import writable_directory
from ..records import RunRecord
from .export import export_mlflow
from .store import local_store, settings

_PATIENCE = 120.0  # seconds a server may take to start; it imports all of MLflow


class Interface:
    """A local store with the runs, and MLflow's server on it.

    Args:
        store: folder for the database and the files; made if need be.
        runs: what to fill it with.

    Raises:
        ImportError: MLflow is not installed.
        ValueError: `store` cannot be written to.
    """

    def __init__(self, store: str | os.PathLike, runs: Sequence[RunRecord]):
        self.store = writable_directory(store)
        self._server = None
        self.fill(runs)

    def fill(self, runs: Sequence[RunRecord]) -> None:
        """Brings in what is new."""
        self._exported = export_mlflow(runs, local_store(self.store))

    @property
    def experiment(self) -> str:
        """The id of the group that the runs are in."""
        return self._exported[0].experiment if self._exported else "0"

    def address(self, port: int) -> str:
        """Where the runs are compared; MLflow 3 would begin with the pages for language models."""
        base = f"http://127.0.0.1:{port}/#"
        ids = [exported.mlflow_run for exported in self._exported][-50:]
        if len(ids) < 2:
            return f"{base}/experiments/{self.experiment}/runs" + (f"/{ids[0]}" if ids else "")
        chosen = urlencode(
            {"runs": json.dumps(ids, separators=(",", ":")), "experiments": json.dumps([self.experiment])}
        )
        return f"{base}/compare-runs?{chosen}"

    @contextmanager
    def serving(self, port: int) -> Iterator[str]:
        """Serves the store on this machine only, and gives the address of the comparison.

        Raises:
            ValueError: the port is in use, or the server does not start.
        """
        _check_free(port)
        with tempfile.TemporaryFile() as log:
            command = _command(self.store, port)
            # a group of its own: the server starts processes that must end with it
            self._server = subprocess.Popen(command, env=settings(), stdout=log, stderr=log, start_new_session=True)
            try:
                self._wait(port, log)
                yield self.address(port)
            finally:
                _end(self._server)

    def alive(self, seconds: float) -> bool:
        """Waits; whether the server is there after that."""
        try:
            self._server.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def _wait(self, port: int, log) -> None:
        patience = time.monotonic() + _PATIENCE
        while time.monotonic() < patience and self._server.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        log.seek(0)
        said = log.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise ValueError(f"MLflow's server did not start: {said[-1]}")


def _command(store: Path, port: int) -> list[str]:
    options = {
        "--backend-store-uri": local_store(store),
        "--default-artifact-root": (store / "artifacts").as_uri(),
        "--host": "127.0.0.1",
        "--port": str(port),
        "--workers": "1",
    }
    return [sys.executable, "-m", "mlflow", "server", *(word for option in options.items() for word in option)]


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise ValueError(f"port: {port} cannot be used ({error}); choose another one") from error


def _end(server: subprocess.Popen) -> None:
    for request in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(server.pid, request)
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
