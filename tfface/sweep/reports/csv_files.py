"""A sweep's numbers for other programs: one file with a row a cell, one with a row a setting."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ... import _whole
from ..gathered import Gathered
from ..outcome import STATUSES, Outcome
from ..statistics.convergence import reached
from ..statistics.summary import Row, Summary

RESULTS, SUMMARY = "results.csv", "summary.csv"


def write_results(gathered: Gathered) -> Path:
    """Writes `results.csv`, a row a cell; cells that are not done have the status `missing`."""
    figures = dict.fromkeys(name for outcome in gathered.outcomes.values() for name in outcome.metrics)
    rows = []
    for cell in gathered.cells:
        outcome = gathered.outcomes.get(cell.id)
        row = asdict(cell) | {"arguments": json.dumps(cell.arguments, sort_keys=True)}
        rows.append(row | {"status": "missing"} | (_cell(outcome, figures) if outcome else {}))
    return _write(gathered.folder / RESULTS, rows)


def write_summary(gathered: Gathered, summaries: Sequence[Summary]) -> Path:
    """Writes `summary.csv`, a row a setting and number of people."""
    return _write(gathered.folder / SUMMARY, [_setting(row) for summary in summaries for row in summary.rows])


def _cell(outcome: Outcome, figures) -> dict:
    point = reached(outcome.curve)
    return {
        "status": outcome.status,
        "reason": outcome.reason,
        **{name: outcome.metrics.get(name) for name in figures},
        "epochs_to_95": point and point.epoch,
        "seconds_to_95": point and point.seconds,
        **asdict(outcome.cost),
        "run": outcome.run,
    }


def _setting(row: Row) -> dict:
    low, high = row.interval or (None, None)
    gain_low, gain_high = row.gain_interval or (None, None)
    return {
        **row.setting._asdict(),
        "planned": row.planned,
        **{status: row.ended.get(status, 0) for status in STATUSES},
        **{"mean": row.mean, "std": row.std, "low": low, "high": high},
        **{"gain": row.gain, "gain_low": gain_low, "gain_high": gain_high, "p_holm": row.p_value},
        "best_share": row.best_share,
        **{f"mean_{name}": value for name, value in row.figures.items()},
        **{"epochs_to_95": row.epochs, "seconds_to_95": row.seconds_to, "epochs_to_95_of_all": row.epochs_common},
        **{"seconds": row.seconds, "processor_seconds": row.processor_seconds},
        "images_per_second": row.images_per_second,
        **{"peak_bytes": row.peak_bytes, "parameters": row.parameters},
    }


def _write(path: Path, rows: Sequence[dict]) -> Path:
    columns = dict.fromkeys(name for row in rows for name in row)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    _whole.write(path, text.getvalue())
    return path
