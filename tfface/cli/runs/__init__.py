import importlib
import os
from collections.abc import Sequence

from ..._suggest import did_you_mean

HELP = "list, show, tag, plot, export and remove runs"
ACTIONS = ("list", "show", "tag", "plot", "export", "remove")


def add_arguments(parser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="action", required=True)
    for name in ACTIONS:
        module = importlib.import_module(f".{name}", __name__)
        action = actions.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(action)
        action.set_defaults(action=module.run)


def run(arguments) -> None:
    arguments.action(arguments)


def completed(words: Sequence[str]) -> list[str]:
    """The words after `tfface runs`, where `tfface runs [folder]` is short for `tfface runs list [folder]`.

    Raises:
        ValueError: the first word is neither an action nor a folder, but near to the name of an action.
    """
    if words and words[0] in (*ACTIONS, "-h", "--help"):
        return [*words]
    if words and not words[0].startswith("-") and not os.path.exists(words[0]):
        near = did_you_mean(words[0], ACTIONS)
        if near.startswith("did"):
            raise ValueError(f"runs: no folder {words[0]!r}, {near}")
    return ["list", *words]
