from . import print_size

HELP = "go back to the version before a file was damaged"


def add_arguments(parser) -> None:
    parser.add_argument("--version", type=int, required=True, help="as the error about the damaged file names it")


def run(arguments) -> None:
    from ...serving import Gallery

    gallery = Gallery(arguments.gallery, arguments.version)
    gallery.restore()
    print_size(gallery)
