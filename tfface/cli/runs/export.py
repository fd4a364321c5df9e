import time

from .chosen import add_folder, add_where, some_runs

HELP = "hand runs on to MLflow; again and again, only what is new is written"


def add_arguments(parser) -> None:
    parser.add_argument("--to", choices=["mlflow"], required=True, help="where to")
    parser.add_argument("--uri", required=True, help="http://… of a server, sqlite:///… of a database, or a folder")
    parser.add_argument("--experiment", default="tfface", help="MLflow's name for the group (default: %(default)s)")
    add_where(parser)
    parser.add_argument("--follow", action="store_true", help="go on until no run goes on, or Ctrl-C")
    parser.add_argument("--every", type=float, default=10, metavar="seconds", help="with --follow (default: 10)")
    add_folder(parser)


def run(arguments) -> None:
    try:
        while _export(arguments) and arguments.follow:
            time.sleep(max(arguments.every, 0.1))
    except KeyboardInterrupt:
        if not arguments.follow:
            raise


def _export(arguments) -> bool:
    """Hands on what is new; whether a run goes on."""
    from ...tracking.mlflow import export_mlflow
    from ..tables import print_table

    records = some_runs(arguments.folder, arguments.where)
    done = export_mlflow(records, arguments.uri, arguments.experiment)
    names = {record.id: record.name for record in records}
    rows = [(row.run, names[row.run], row.state, row.points, row.mlflow_run) for row in done]
    if not arguments.follow or any(row.state != "unchanged" for row in done):
        print_table(("run", "name", "in MLflow", "points", "MLflow's id"), rows)
    return any(record.status == "running" for record in records)
