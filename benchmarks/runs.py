"""Reading runs back: how long, and how it compares with the least it could take, a bare `json.loads` of each line.

python benchmarks/runs.py [--points 64000 1000000] [--rounds 5]
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from timing import compare

from tfface.tracking import read_runs

PER_OPERATION = (1, 100)  # what the client writes for `append`, and for the callback's batches


def write(folder: Path, points: int, per_operation: int) -> Path:
    """A run of two curves, as the client writes it."""
    directory = folder / "offline" / f"run__bench{per_operation}__999999__aaaaaaaa"
    directory.mkdir(parents=True)
    with (directory / "data-1.log").open("w") as log:
        for version, first in enumerate(range(0, points, per_operation), 1):
            steps = range(first, min(first + per_operation, points))
            values = [{"value": 1 / (step + 1), "step": step // 2, "ts": 1.79e9 + step / 7} for step in steps]
            curve = ["train", "batch", ("loss", "accuracy")[version % 2]]
            operation = {"type": "LogFloats", "path": curve, "values": values}
            log.write(json.dumps({"obj": operation, "version": version, "at": 1.79e9 + version}) + "\n")
    (directory / "last_put_version").write_text(str(version))
    return directory / "data-1.log"


def bare(log: Path):
    with log.open() as lines:
        for line in lines:
            json.loads(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, nargs="+", default=[64_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print("seconds of the processor, the median (the fastest)")
    print("points     in a line  json.loads     read_runs      ratio (quartiles)")
    for points in arguments.points:
        for per_operation in PER_OPERATION:
            with tempfile.TemporaryDirectory() as name:
                log = write(Path(name), points, per_operation)
                (run,) = read_runs(name)
                assert sum(map(len, run.series.values())) == points
                functions = {"bare": lambda log=log: bare(log), "read": lambda name=name: read_runs(name)}
                timings = compare(functions, arguments.rounds, seconds_a_round=0, clock=time.process_time)
            read, low, high = timings["read"], *timings["read"].spread
            row = f"{points:<11,}{per_operation:<11}"
            for timing in timings.values():
                row += f"{timing.median:.2f} ({timing.fastest:.2f})".ljust(15)
            print(f"{row}{read.ratio:.2f} ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
