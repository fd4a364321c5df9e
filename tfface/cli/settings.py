"""The option --set, which replaces values of a file."""


def add_settings(parser, what: str, example: str) -> None:
    """Adds `--set key=value`, as often as wanted, to a command that reads a file.

    Args:
        parser: of the command.
        what: the file describes.
        example: of a value.
    """
    parser.add_argument(
        "--set",
        dest="settings",
        metavar="key=value",
        action="append",
        default=[],
        help=f"replace a value of the {what}: --set {example} (repeatable)",
    )
