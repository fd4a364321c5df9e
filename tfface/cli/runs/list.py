from .chosen import add_where, some_runs

HELP = "list the runs of a folder: status, loss, results"
_RESULTS = ("accuracy", "auc", "eer", "rank1")


def add_arguments(parser) -> None:
    parser.add_argument("folder", nargs="?", default=".", help="where to look (default: this folder)")
    add_where(parser)
    parser.add_argument("--sort", metavar="key", help="by this, the smallest first")
    parser.add_argument("--descending", action="store_true", help="the largest first")
    parser.add_argument(
        "--columns", metavar="key,key", default="", help="show these too: values and curves by their path"
    )


def run(arguments) -> None:
    from ...tracking.query import field, sort_runs
    from ..tables import print_table

    records = some_runs(arguments.folder, arguments.where)
    if arguments.sort:
        records = sort_runs(records, arguments.sort, arguments.descending)
    more = [key.strip() for key in arguments.columns.split(",") if key.strip()]
    columns = ("run", "name", "started", "status", "loss", "epochs", "results", "tags", *more)
    print_table(columns, [[*_row(record), *(_short(field(record, key)) for key in more)] for record in records])


def _row(record) -> list[object]:
    losses = record.series.get("train/epoch/loss", ())
    found = [
        f"{name} {metric} {results[metric]:.3f}"
        for name, results in record.results.items()
        for metric in _RESULTS
        if isinstance(results.get(metric), float)
    ]
    started = record.started.astimezone().strftime("%Y-%m-%d %H:%M") if record.started else ""
    loss = record.parameters.get("model/loss/type", "")
    return [
        record.id,
        record.name,
        started,
        record.status,
        loss,
        len(losses),
        "\n".join(found),
        ", ".join(record.tags),
    ]


def _short(value) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)
