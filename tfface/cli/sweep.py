import shlex
import sys
from pathlib import Path

from .settings import add_settings

HELP = "train with many losses, compare them, and say which is best for this data"


def add_arguments(parser) -> None:
    parser.add_argument("sweep", nargs="?", help="a sweep file, or the folder of a sweep that is to go on")
    parser.add_argument(
        "--losses",
        metavar="names",
        help="what to compare: softmax,arcface:margin=0.3/0.5 (two margins), softmax+center:weight=0.01 (a sum), "
        "arcface:margin=0.2..0.6 (a range, with --tune)",
    )
    parser.add_argument("--data", metavar="faces", help="a folder with a folder for each person, or orl, digits, …")
    parser.add_argument("--seeds", type=int, metavar="N", help="how often each is repeated (default: 3)")
    parser.add_argument("--backbones", metavar="names", help="networks, small_cnn,mobilefacenet (default: small_cnn)")
    parser.add_argument(
        "--heads", metavar="names", help="heads, cosine,cosine:sub_centers=3 (default: as a loss needs)"
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="that each may take (default: 20)")
    parser.add_argument("--seconds", type=float, metavar="S", help="that each may train, in place of epochs")
    parser.add_argument("--identities", metavar="N,N", help="repeat it with fewer people to train on: 10,50,190")
    parser.add_argument("--folds", type=int, metavar="K", help="test each of so many shares of the people")
    parser.add_argument("--tune", type=int, metavar="N", help="try so many settings where a loss has a range")
    parser.add_argument("--baseline", metavar="loss", help="that others are compared with (default: the first)")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1)")
    parser.add_argument("--cores", type=int, metavar="M", help="of all processes together (default: all)")
    parser.add_argument("-o", "--out", help="folder to write in (default: sweeps/ and the file's name)")
    parser.add_argument("--report", action="store_true", help="train nothing, report what is there")
    parser.add_argument(
        "--metric", default="accuracy", help="to compare by: accuracy, auc, eer or tar@0.01 (default: accuracy)"
    )
    parser.add_argument(
        "--markdown",
        metavar="file",
        help="train nothing, write figures and numbers for a documentation",
    )
    add_settings(parser, "sweep", "base.batch=32")


def run(arguments) -> None:
    from ..sweep import load_sweep
    from .quiet import load_tensorflow

    written, out = _source(arguments)
    if arguments.markdown:
        print(_markdown(out, arguments))
        return
    if arguments.report:
        _report(out, arguments.metric)
        return
    sweep = load_sweep(written, arguments.settings, _options(arguments))
    load_tensorflow()
    from .. import sweep as sweeps

    try:
        skipped = sweeps.run(sweep, out, arguments.jobs, arguments.cores)
    finally:
        _note_command(Path(out))
    for line in skipped:
        print(line)
    _report(out, arguments.metric)


def _note_command(out: Path) -> None:
    """Keeps the command that began a sweep beside it, for its report."""
    from ..sweep.gathered import COMMAND, SWEEP

    if (out / SWEEP).exists() and not (out / COMMAND).exists():
        (out / COMMAND).write_text(shlex.join(["tfface", *sys.argv[1:]]) + "\n", encoding="utf-8")


def _markdown(out, arguments):
    from ..sweep import write_markdown

    return write_markdown(out, arguments.markdown, arguments.metric)


def _report(out, metric) -> None:
    from ..sweep import report
    from .tables import print_table

    found = report(out, metric)
    print_table(found.table.columns, found.table.rows)
    print(f"\n{found.verdict.headline}")
    for line in (*found.verdict.why, *found.verdict.sure, *found.verdict.cautions):
        print(f"- {line}")
    if found.missing:
        print(f"{found.missing} cells are not done; go on with: tfface sweep {out}")
    print(f"page: {found.path.resolve().as_uri()}")


def _source(arguments) -> tuple:
    """What to read the sweep from, and where its results go."""
    if arguments.sweep is None:
        if not arguments.losses or not arguments.data:
            raise ValueError("sweep: expected a sweep file, or --losses and --data")
        return {}, arguments.out or "sweeps/sweep"
    path = Path(arguments.sweep)
    if path.is_dir():
        if not (path / "sweep.yaml").exists():
            raise ValueError(f"{path}: expected the folder of a sweep, found no sweep.yaml")
        return path / "sweep.yaml", arguments.out or path
    return path, arguments.out or Path("sweeps") / path.stem


def _options(arguments) -> list:
    """What the options say: the option, the key that it stands for, the value."""
    from ..sweep.source import components

    if arguments.epochs is not None and arguments.seconds is not None:
        raise ValueError("sweep: expected either --epochs or --seconds, got both")
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    options = [(f"--{key}", (key,), components(given[key])) for key in ("losses", "backbones", "heads") if key in given]
    options += [(f"--{key}", (key,), given[key]) for key in ("seeds", "folds", "tune", "baseline") if key in given]
    options += [(f"--{key}", ("budget",), {key: given[key]}) for key in ("epochs", "seconds") if key in given]
    if "identities" in given:
        options.append(("--identities", ("identities",), [_count(word) for word in given["identities"].split(",")]))
    if "data" in given:
        options.append(("--data", ("data", "source"), _faces(given["data"])))
    return options


def _count(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise ValueError(f"--identities: expected whole numbers with commas between them, got {word!r}") from None


def _faces(words: str) -> dict:
    """A folder, or a sample set by its name."""
    return {"name": "folder", "path": words} if "/" in words or Path(words).is_dir() else {"name": words}
