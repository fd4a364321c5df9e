"""Which runs a command is about."""


def add_folder(parser) -> None:
    """The option that says where the runs are."""
    parser.add_argument("--folder", default=".", help="where the runs are (default: this folder)")


def add_where(parser) -> None:
    """The option that says which of them."""
    parser.add_argument(
        "--where",
        metavar="'key op value'",
        action="append",
        default=[],
        help="only runs that meet this, as 'model/loss/type == ArcFace', 'evaluation/orl/accuracy > 0.93', "
        "'tags contains orl' (repeatable: all of them)",
    )


def some_runs(folder: str, conditions: list[str]) -> list:
    """The runs of a folder that meet all conditions."""
    from ...tracking import filter_runs, read_runs

    records = read_runs(folder)
    if not records:
        raise ValueError(f"no runs in {folder}")
    return filter_runs(records, *conditions)


def named_runs(folder: str, words: list[str]) -> list:
    """The runs that words mean: ids, beginnings of ids, names."""
    from ...tracking import find_run

    records = some_runs(folder, [])
    return list({record.id: record for record in (find_run(records, word) for word in words)}.values())
