from .chosen import add_folder, named_runs

HELP = "give tags to runs, or take them"


def add_arguments(parser) -> None:
    parser.add_argument("run_names", metavar="run", nargs="+", help="id, beginning of an id, or name")
    parser.add_argument("--add", metavar="tag", action="append", default=[], help="a tag to give (repeatable)")
    parser.add_argument("--remove", metavar="tag", action="append", default=[], help="a tag to take (repeatable)")
    add_folder(parser)


def run(arguments) -> None:
    from ...tracking import tag_run
    from ...tracking.reader import read_again
    from ..tables import print_table

    if not arguments.add and not arguments.remove:
        raise ValueError("expected --add tag or --remove tag")
    records = named_runs(arguments.folder, arguments.run_names)
    for record in records:
        tag_run(record, arguments.add, arguments.remove)
    print_table(("run", "name", "tags"), [(r.id, r.name, ", ".join(r.tags)) for r in map(read_again, records)])
