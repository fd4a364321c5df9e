HELP = "list the runs of a folder: status, loss, results"
_RESULTS = ("accuracy", "auc", "eer", "rank1")


def add_arguments(parser) -> None:
    parser.add_argument("folder", nargs="?", default=".", help="where to look (default: this folder)")


def run(arguments) -> None:
    from ..tracking import read_runs
    from .tables import print_table

    records = read_runs(arguments.folder)
    if not records:
        raise ValueError(f"no runs in {arguments.folder}")
    print_table(("run", "name", "started", "status", "loss", "epochs", "results"), map(_row, records))


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
    return [record.id, record.name, started, record.status, loss, len(losses), "\n".join(found)]
