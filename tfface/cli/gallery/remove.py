from . import print_size

HELP = "delete people, from the disk too"


def add_arguments(parser) -> None:
    parser.add_argument("names", nargs="+", metavar="name")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments) -> None:
    from ...serving import Gallery
    from ..confirmed import confirmed

    gallery = Gallery(arguments.gallery)
    if not arguments.yes and not confirmed("delete the faces of " + ", ".join(arguments.names)):
        raise ValueError("nobody was removed")
    gallery.remove(arguments.names)
    print_size(gallery)
