"""Metrics of single batches, gathered: written many at a time they cost a tenth of one by one."""

import time
from collections.abc import Mapping
from operator import itemgetter

import numpy as np

from ..tracking import RunLog, layout
from .describe import figures

_BUFFER = 500


class Batches:
    """Gathers metrics of batches, and writes them to a run.

    Any thread may add, at any time, also while another one writes.

    Args:
        log: the run.
        namespace: where the series go.

    Attributes:
        step: the last one written.
    """

    def __init__(self, log: RunLog, namespace: str):
        self.step = 0
        self._log, self._namespace = log, namespace
        self._rows = []

    def add(self, step: int, logs: Mapping) -> bool:
        """Takes a batch's metrics; whether it is time to write."""
        # once a step, so no more than this: no lock, nothing read of the values
        self._rows.append((step, time.time(), logs.copy()))
        return len(self._rows) >= _BUFFER

    def write(self):
        """Writes what was gathered."""
        rows = self._rows[:]
        del self._rows[: len(rows)]  # not one that was added meanwhile
        rows.sort(key=itemgetter(0))  # Keras 3 may bring batches in threads, not always in their order
        columns = {}
        for step, at, logs in rows:
            for name, value in figures(logs).items():
                values, steps, times = columns.setdefault(name, ([], [], []))
                values.append(value)
                steps.append(step)
                times.append(at)
        for name, (values, steps, times) in columns.items():
            # milliseconds: what is finer costs time to write and to read, and tells nothing
            self._log.extend(f"{self._namespace}/{layout.segment(name)}", values, steps, np.round(times, 3).tolist())
        if rows:
            self.step = rows[-1][0]
