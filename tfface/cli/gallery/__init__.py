import importlib

HELP = "list and remove a gallery's people, choose its threshold, go back to an earlier version"
ACTIONS = ("show", "remove", "threshold", "restore")


def add_arguments(parser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="action", required=True)
    for name in ACTIONS:
        module = importlib.import_module(f".{name}", __name__)
        action = actions.add_parser(name, help=module.HELP, description=module.HELP)
        action.add_argument("gallery", help="a folder that tfface enroll made")
        module.add_arguments(action)
        action.set_defaults(action=module.run)


def run(arguments) -> None:
    arguments.action(arguments)


def print_size(gallery) -> None:
    """What a gallery holds after a change."""
    print(f"{gallery.path}: {len(gallery.names)} people, {len(gallery)} faces")
