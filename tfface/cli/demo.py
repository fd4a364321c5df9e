HELP = "train four losses on real faces, print one table, write a page that compares the runs"


def add_arguments(parser) -> None:
    parser.add_argument("-o", "--output", default="demo", help="folder to write in (default: %(default)s)")


def run(arguments) -> None:
    from .quiet import load_tensorflow

    load_tensorflow()
    from ..training import demo

    demo.run(arguments.output)
