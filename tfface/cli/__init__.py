"""The command `tfface`: each command's file parses its arguments, calls the library and prints."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from .. import __version__
from .._suggest import did_you_mean
from . import runs
from .errors import INTERRUPTED, MISTAKE, one_line
from .quiet import quiet

COMMANDS = (
    "prepare",
    "train",
    "launch",
    "sweep",
    "demo",
    "losses",
    "runs",
    "compare",
    "ui",
    "evaluate",
    "embed",
    "enroll",
    "identify",
    "verify",
    "gallery",
    "convert",
    "export",
)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage is one `--help` away. Options may stand anywhere among the words."""

    _mixing = False

    def parse_known_args(self, args=None, namespace=None):
        if self._subparsers is not None or self._mixing:  # the words of a command are for the command's own parser
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False

    def error(self, message: str):
        self.exit(MISTAKE, f"{self.prog}: {message} (see {self.prog} --help)\n")


class _MainParser(_Parser):
    def parse_args(self, args: Sequence[str], namespace=None):
        if args and args[0] == "runs":
            args = ["runs", *runs.completed(args[1:])]
        return super().parse_args(args, namespace)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    main_parser = _MainParser(prog="tfface", description="Choose, train, measure and ship face-recognition losses.")
    main_parser.add_argument("--version", action="version", version=f"tfface {__version__}")
    commands = main_parser.add_subparsers(title="commands", metavar="command", required=True, parser_class=_Parser)
    for name in COMMANDS:
        module = importlib.import_module(f".{name}", __name__)
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return main_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: the words after `tfface`; those of the process where None.

    Returns:
        The exit code: 0, 2 for a user's mistake, 130 after Ctrl-C, 143 after SIGTERM, 75 if another worker is gone.
    """
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # who reads our output, `head` for instance, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(arguments: list[str]) -> int:
    if arguments and not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        return _fail(f"unknown command {arguments[0]!r}, {did_you_mean(arguments[0], COMMANDS)}")
    quiet()
    try:
        parsed = parser().parse_args(arguments)
        parsed.run(parsed)
    except SystemExit as end:  # argparse has said what there is to say
        return end.code or 0
    except BrokenPipeError:
        raise
    except (Exception, KeyboardInterrupt) as error:
        line = one_line(error)
        if line is None or os.environ.get("TFFACE_DEBUG"):
            raise
        usual = INTERRUPTED if isinstance(error, KeyboardInterrupt) else MISTAKE
        return _fail(line, getattr(error, "exit_code", usual))
    return 0


def _fail(line: str, code: int = MISTAKE) -> int:
    print(f"tfface: {line}", file=sys.stderr)
    return code
