import importlib
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
        ValueError: there are two names, of which the first is no action: there is only one folder to list.
    """
    if words and words[0] in (*ACTIONS, "-h", "--help"):
        return [*words]
    if len(words) > 1 and not any(word.startswith("-") for word in words[:2]):
        raise ValueError(f"runs: unknown action {words[0]!r}, {did_you_mean(words[0], ACTIONS)}")
    return ["list", *words]
