"""The comparison page: how long it takes to write, how large it is, and how fast it opens.

    python benchmarks/compare_page.py

Two sizes: 100 runs × 20 metrics × 10,000 points as records in memory, and 1M points read from the disk. Opening is the
browser's own clock, from the start of the navigation to the first frame with tables and charts, in a Chromium
without a network (left out where there is none).
"""

import json
import statistics
import sys
import tempfile
import time
from array import array
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from tfface.tracking import RunRecord, Series, compare, read_runs

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "tracking"))
from browser import CHROMIUM, Browser

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
METRICS = [f"train/batch/metric_{i}" for i in range(12)] + [f"validation/epoch/metric_{i}" for i in range(8)]
REPEATS = 5


def curve(points, seed):
    """A noisy fall, as losses have."""
    random = np.random.default_rng(seed)
    return 5 * np.exp(-np.arange(points) / points * 4) + random.normal(scale=0.1, size=points)


def records(runs, metrics, points):
    steps = array("d", range(1, points + 1))
    for i in range(runs):
        begin = (START + timedelta(hours=i)).timestamp()
        times = array("d", [begin + 0.05 * step for step in steps])
        series = {path: Series(steps, array("d", curve(points, 100 * i + k)), times) for k, path in enumerate(metrics)}
        settings = {f"model/setting_{k}": (i * k) % 7 for k in range(60)} | {"model/loss/type": "ArcFace"}
        results = {f"evaluation/lfw/{name}": 0.9 + 0.0005 * i for name in ("accuracy", "auc", "tar_at_far/0.001")}
        yield RunRecord(
            f"run{i:04}", f"run {i}", Path("."), "finished", started=START, parameters=settings | results, series=series
        )


def write_logs(folder, runs, metrics, points):
    """The same as the Neptune client leaves it on the disk, 100 points an operation."""
    for record in records(runs, metrics, points):
        directory = folder / "offline" / f"run__{record.id}__1__abcdefgh"
        directory.mkdir(parents=True)
        operations = [{"type": "AssignString", "path": ["tfface", "name"], "value": record.name}]
        for path, series in record.series.items():
            rows = [
                {"value": v, "step": s, "ts": t}
                for s, v, t in zip(series.steps, series.values, series.times, strict=True)
            ]
            operations += [
                {"type": "LogFloats", "path": path.split("/"), "values": rows[i : i + 100]}
                for i in range(0, len(rows), 100)
            ]
        lines = [json.dumps({"obj": op, "version": i, "at": 1e9}) for i, op in enumerate(operations, 1)]
        (directory / "data-1.log").write_text("\n".join(lines) + "\n")


def seconds(function):
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def opened(page, folder):
    """Milliseconds that the page takes to open, once for each repeat."""
    if CHROMIUM is None:
        return []
    browser = Browser(folder)
    try:
        found = []
        for _ in range(REPEATS):
            browser.open(page)
            found.append(browser.run("performance.getEntriesByName('ready')[0].startTime"))
        return found
    finally:
        browser.close()


def hundred_runs(page):
    runs = list(records(100, METRICS, 10_000))
    return [seconds(lambda: compare(runs, page))[0] for _ in range(REPEATS)]


def report(name, times, page, folder):
    took = ", ".join(f"{what} {statistics.median(t):.2f} s ({min(t):.2f}–{max(t):.2f})" for what, t in times.items())
    opening = opened(page, folder)
    said = f"{statistics.median(opening):.0f} ms ({min(opening):.0f}–{max(opening):.0f})" if opening else "not measured"
    print(f"{name}: {took}; page {page.stat().st_size / 1e6:.1f} MB, opens in {said}", flush=True)


def main():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        page = folder / "compare.html"
        times = hundred_runs(page)
        report("100 runs × 20 metrics × 10,000 points", {"compare": times}, page, folder)
        write_logs(folder / "runs", 10, METRICS[:10], 10_000)
        reading, comparing = [], []
        for _ in range(REPEATS):
            took, found = seconds(lambda: read_runs(folder / "runs"))
            reading.append(took)
            comparing.append(seconds(lambda found=found: compare(found, page))[0])
        report("1M points from the disk", {"read": reading, "compare": comparing}, page, folder)


if __name__ == "__main__":
    main()
