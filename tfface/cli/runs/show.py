from .chosen import add_folder, named_runs

HELP = "show all of a run: settings, results, curves, files"


def add_arguments(parser) -> None:
    parser.add_argument("run_name", metavar="run", help="its id, the beginning of its id, or its name")
    add_folder(parser)


def run(arguments) -> None:
    from ..tables import print_section

    (record,) = named_runs(arguments.folder, [arguments.run_name])
    print_section(f"{record.name}  {record.id}", _about(record))
    print_section(
        "results", [(f"{name} {key}", v) for name, values in record.results.items() for key, v in values.items()]
    )
    print_section("settings", sorted(record.settings.items()))
    rest = {path: value for path, value in record.parameters.items() if path not in record.settings}
    print_section("other values", sorted((p, v) for p, v in rest.items() if not p.startswith("evaluation/")))
    print_section("curves", [(path, _curve(curve)) for path, curve in sorted(record.series.items())])
    print_section("files", sorted(record.files.items()))
    print_section("named only", sorted(record.references.items()))


def _about(record) -> list[tuple[str, object]]:
    started = record.started.astimezone().strftime("%Y-%m-%d %H:%M:%S") if record.started else "?"
    rows = [
        ("status", f"{record.status}: {record.reason}" if record.reason else record.status),
        ("started", started),
        ("seconds", "?" if record.duration is None else f"{record.duration:.1f}"),
        ("tags", ", ".join(record.tags)),
        *(("directory", directory) for directory in record.directories or [record.directory]),
    ]
    lost = [("lost operations", record.lost_operations), ("unreadable operations", record.unknown_operations)]
    return rows + [(name, count) for name, count in lost if count]


def _curve(curve) -> str:
    if not len(curve):
        return "0 points"
    last = f"last {curve.values[-1]:.6g} at step {curve.steps[-1]:g}" if curve.numeric else repr(curve.values[-1][:80])
    if not curve.numeric:
        return f"{len(curve)} texts, last {last}"
    return f"{len(curve)} points, {last}, least {min(curve.values):.6g}, most {max(curve.values):.6g}"
