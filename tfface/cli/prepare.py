HELP = "find and align the faces of a folder of photographs"


def add_arguments(parser) -> None:
    parser.add_argument(
        "photos", help="a folder with one folder of photographs for each person; nothing of it is changed"
    )
    parser.add_argument("-o", "--out", required=True, metavar="folder", help="where to write the set; a new folder")
    parser.add_argument(
        "--format", choices=("folder", "tfrecord", "rec"), default="folder", help="of the set (default: %(default)s)"
    )
    parser.add_argument(
        "--min-face", type=int, default=40, metavar="pixels", help="drop smaller faces (default: %(default)s)"
    )
    parser.add_argument(
        "--several",
        choices=("drop", "largest"),
        default="drop",
        help="what to do with a photograph of several faces of like size (default: %(default)s)",
    )
    parser.add_argument("--processes", type=int, metavar="number", help="how many at once (default: one for each core)")


def run(arguments) -> None:
    import sys

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from ..data import prepare
    from .tables import print_table, printable

    columns = TextColumn("photographs"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(file=sys.stderr)) as display:
        task = display.add_task("photographs", total=None)
        prepared = prepare(
            arguments.photos,
            arguments.out,
            arguments.format,
            min_face=arguments.min_face,
            several=arguments.several,
            processes=arguments.processes,
            progress=lambda done, total: display.update(task, completed=done, total=total),
        )
    rows = [["kept", prepared.kept], *(list(row) for row in prepared.dropped.items())]
    print_table(("photographs", "number"), rows)
    print(f"{prepared.kept} faces of {prepared.identities} identities: {printable(prepared.folder)}")
    print(f"report: {printable(prepared.page)}")
