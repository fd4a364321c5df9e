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
    if not runs and not arguments.watch:
        raise ValueError(_none(arguments))
    address = Path(arguments.output).resolve().as_uri()
    if not arguments.watch:
        compare(runs, arguments.output, arguments.title)
        print(address)
        return
    state = f"watching {len(runs)} runs" if runs else f"{_none(arguments)}, waiting"
    print(f"{address}\n{state}; the open page follows by itself, Ctrl-C ends", flush=True)
    known = [runs]
    watch(lambda: known.pop() if known else _read(arguments), arguments.output, arguments.every, arguments.title)


def _read(arguments) -> list:
    from ..tracking import filter_runs, find_run, read_runs

    names, folders = _words(arguments)
    runs = [record for folder in folders for record in read_runs(folder)]
    if names:
        runs = [find_run(runs, name) for name in names] if runs else []
    runs = list({record.id: record for record in runs}.values())  # a run in two folders is one
    return filter_runs(runs, *arguments.where)


def _words(arguments) -> tuple[list[str], list[str]]:
    """The names and the folders among the words."""
    names = [word for word in arguments.runs if not Path(word).is_dir()]
    return names, [word for word in arguments.runs if word not in names] or ["."]


def _none(arguments) -> str:
    """Why there are no runs to compare."""
    names, folders = _words(arguments)
    missing = f"{names[0]!r} is no folder, and there are " if names else ""
    found = f"{missing}no runs in {', '.join(folders)}"
    return f"{found} that meet {' and '.join(map(repr, arguments.where))}" if arguments.where else found
