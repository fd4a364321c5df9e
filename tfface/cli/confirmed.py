"""Asks before something is deleted."""

import sys

from .tables import printable


def confirmed(what: str) -> bool:
    """Whether somebody at the terminal says yes.

    Raises:
        ValueError: nobody can be asked.
    """
    if not sys.stdin.isatty():
        raise ValueError(f"to {printable(what)} needs --yes where nobody can be asked")
    return input(printable(f"{what}? [y/N] ")).strip().lower() in ("y", "yes")
