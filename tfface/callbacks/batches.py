"""Metrics of single batches, gathered: some hundred at a time cost a tenth of one by one."""

import time
from collections.abc import Mapping

from ..tracking import RunLog, layout
from .describe import figures

_BUFFER = 100


class Batches:
    """Gathers metrics of batches, and writes them to a run.

    Args:
        log: the run.
        namespace: where the series go.
    """

    def __init__(self, log: RunLog, namespace: str):
        self._log, self._namespace = log, namespace
        self._rows = []

    def add(self, step: int, logs: Mapping) -> bool:
        """Takes a batch's metrics; whether it is time to write."""
        self._rows.append((step, time.time(), dict(logs)))
        return len(self._rows) >= _BUFFER

    def write(self):
        """Writes what was gathered."""
        # Keras 3 may bring batches in threads, not always in their order
        rows, self._rows = sorted(self._rows, key=lambda row: row[0]), []
        columns = {}
        for step, at, logs in rows:
            for name, value in figures(logs).items():
                columns.setdefault(name, []).append((value, step, at))
        for name, points in columns.items():
            values, steps, times = zip(*points, strict=True)
            self._log.extend(f"{self._namespace}/{layout.segment(name)}", values, steps, times)
