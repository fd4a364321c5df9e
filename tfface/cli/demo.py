HELP = "train four losses on real faces, print one table, write a page that compares the runs"


def add_arguments(parser) -> None:
    parser.add_argument("-o", "--output", default="demo", help="folder to write in (default: %(default)s)")


def run(arguments) -> None:
    from ..tracking.directory import writable_directory
    from .quiet import load_tensorflow

    try:
        writable_directory(arguments.output)
    except ValueError as error:
        raise ValueError(f"--output: cannot write to {arguments.output}: {error.__cause__.strerror}") from error
    load_tensorflow()
    from rich.console import Console

    from ..training import demo

    table, page = demo.run(arguments.output)
    Console().print(table)
    print(f"comparison page: {page.as_uri()}")
