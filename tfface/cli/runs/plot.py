import math
import shutil
import sys
import time

from .chosen import add_folder, named_runs

HELP = "plot a curve of a run on the terminal, or print its points where another program reads them"


def add_arguments(parser) -> None:
    parser.add_argument("run_name", metavar="run", help="its id, the beginning of its id, or its name")
    parser.add_argument("curve", nargs="?", default="train/epoch/loss", help="its path (default: %(default)s)")
    parser.add_argument("--follow", action="store_true", help="go on until the run ends, or Ctrl-C")
    parser.add_argument("--every", type=float, default=2, metavar="seconds", help="with --follow (default: 2)")
    add_folder(parser)


def run(arguments) -> None:
    from ...tracking.reader import read_again

    (record,) = named_runs(arguments.folder, [arguments.run_name])
    shown = _show(record, arguments.curve, 0, arguments.follow)
    try:
        while arguments.follow and record.status == "running":
            time.sleep(max(arguments.every, 0.1))
            record = read_again(record)
            shown = _show(record, arguments.curve, shown, follow=True)
    except KeyboardInterrupt:
        return  # the usual way to end it


def _show(record, path: str, shown: int, follow: bool) -> int:
    """Shows a curve, or what came to it since `shown` points were there; gives their number."""
    curve = record.series.get(path)
    if curve is None and not (follow and record.status == "running"):
        from ..._suggest import did_you_mean

        raise ValueError(f"run {record.id!r} has no curve {path!r}, {did_you_mean(path, record.series)}")
    steps, values = ([], []) if curve is None else (curve.steps, curve.values)
    if not sys.stdout.isatty() or (curve and not curve.numeric):
        for step, value in zip(steps[shown:], values[shown:], strict=True):
            print(f"{step:g}\t{value}")
        sys.stdout.flush()
    else:
        _draw(record, path, steps, values, follow)
    return len(values)


def _draw(record, path: str, steps, values, follow: bool) -> None:
    from ..tables import printable
    from ..terminal_plot import draw

    size = shutil.get_terminal_size()
    points = [(step, value) for step, value in zip(steps, values, strict=True) if math.isfinite(value)]
    if follow:
        print("\x1b[H\x1b[2J", end="")
    last = f"{points[-1][1]:.6g} at step {points[-1][0]:g}" if points else "no points yet"
    print(printable(f"{record.name}  {path}: {last}  ({record.status})"))
    if points:
        print(draw(*zip(*points, strict=True), max(size.columns, 24), min(max(size.lines - 3, 4), 24)))
