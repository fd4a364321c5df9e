from pathlib import Path

from .runs.chosen import add_where

HELP = "write one self-contained page that compares runs"


def add_arguments(parser) -> None:
    parser.add_argument(
        "runs",
        nargs="*",
        default=["."],
        help="folders of runs, or ids and names of runs in this folder (default: all of this folder)",
    )
    add_where(parser)
    parser.add_argument("-o", "--output", default="compare.html", help="the page (default: %(default)s)")
    parser.add_argument("--title", default="Run comparison", help="heading of the page (default: %(default)s)")
    parser.add_argument("--watch", action="store_true", help="write it again while runs go on, until Ctrl-C")
    parser.add_argument(
        "--every", type=float, default=10.0, metavar="SECONDS", help="how often --watch looks (default: %(default)g)"
    )


def run(arguments) -> None:
    from ..tracking import compare
    from ..tracking.watch import watch

    if not arguments.every > 0:
        raise ValueError(f"--every: expected more than 0 seconds, got {arguments.every:g}")
    runs = _read(arguments)
    address = Path(arguments.output).resolve().as_uri()
    if not arguments.watch:
        compare(runs, arguments.output, arguments.title)
        print(address)
        return
    print(f"{address}\nwatching {len(runs)} runs; the open page follows by itself, Ctrl-C ends", flush=True)
    known = [runs]
    watch(lambda: known.pop() if known else _read(arguments), arguments.output, arguments.every, arguments.title)


def _read(arguments) -> list:
    from ..tracking import filter_runs, find_run, read_runs

    names = [word for word in arguments.runs if not Path(word).is_dir()]
    folders = [word for word in arguments.runs if word not in names] or ["."]
    runs = [record for folder in folders for record in read_runs(folder)]
    if not runs:
        missing = f"{names[0]!r} is no folder, and there are " if names else ""
        raise ValueError(f"{missing}no runs in {', '.join(folders)}")
    if names:
        runs = [find_run(runs, name) for name in names]
    runs = list({record.id: record for record in runs}.values())  # a run in two folders is one
    chosen = filter_runs(runs, *arguments.where)
    if not chosen:
        raise ValueError(f"--where: none of {len(runs)} runs meets {' and '.join(map(repr, arguments.where))}")
    return chosen
