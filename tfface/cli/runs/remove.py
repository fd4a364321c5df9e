import sys

from .chosen import add_folder, named_runs

HELP = "remove runs from the disk"


def add_arguments(parser) -> None:
    parser.add_argument("run_names", metavar="run", nargs="+", help="id, beginning of an id, or name")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--force", action="store_true", help="also a run that goes on")
    add_folder(parser)


def run(arguments) -> None:
    from ...tracking.removal import removable, remove_run

    records = named_runs(arguments.folder, arguments.run_names)
    for record in records:
        removable(record, arguments.folder, arguments.force)
    if not arguments.yes and not _confirmed(records):
        raise ValueError("nothing was removed")
    for record in records:
        remove_run(record, arguments.folder, arguments.force)


def _confirmed(records) -> bool:
    from ..confirmed import confirmed
    from ..tables import printable

    for record in records if sys.stdin.isatty() else ():
        epochs = len(record.series.get("train/epoch/loss", ()))
        print(printable(f"{record.id}  {record.name}  {record.status}, {epochs} epochs, {record.directory}"))
    return confirmed(f"remove {'this run' if len(records) == 1 else 'these runs'}")
