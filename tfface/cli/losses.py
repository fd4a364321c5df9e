import json

HELP = "list every loss: name, kind, formula, defaults, paper"


def add_arguments(parser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(arguments) -> None:
    from .quiet import load_tensorflow
    from .tables import print_table

    load_tensorflow()
    from .. import losses

    rows = losses.table()
    columns = ("name", "kind", "formula", "defaults", "paper")
    if arguments.json:
        print(json.dumps([{name: getattr(row, name) for name in columns} for row in rows], indent=2))
    else:
        print_table(columns, [[getattr(row, name) for name in columns] for row in rows])
