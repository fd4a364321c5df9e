HELP = "write one self-contained page that compares runs side by side"


def add_arguments(parser) -> None:
    parser.add_argument("runs", nargs="*", default=["."], help="folders of runs (default: this folder)")
    parser.add_argument("-o", "--output", default="compare.html", help="the page (default: %(default)s)")


def run(arguments) -> None:
    from ..tracking import compare, read_runs

    runs = [record for folder in arguments.runs for record in read_runs(folder)]
    if not runs:
        raise ValueError(f"no runs in {', '.join(arguments.runs)}")
    print(compare(runs, arguments.output).resolve().as_uri())
