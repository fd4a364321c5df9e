"""Tables on a terminal, and plain lines with tabs where the output is read by another program."""

import sys
from collections.abc import Iterable, Sequence


def printable(text: object) -> str:
    """Text without what a terminal would take for a command: a run's name is whatever somebody wrote.

    Example:
        >>> printable("red \x1b[31m")
        'red \\\\x1b[31m'
    """
    text = "" if text is None else str(text)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints rows under their columns."""
    rows = [[printable(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [columns, *rows]:
            print("\t".join(cell.replace("\n", "; ") for cell in row))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(show_lines=True)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    Console().print(table)


def print_section(title: str, rows: Iterable[tuple[str, object]]) -> None:
    """Prints a title and names with their values below it; nothing where there are none."""
    rows = [(printable(name), printable(value)) for name, value in rows]
    if not rows:
        return
    print(printable(title))
    width = min(max(len(name) for name, _ in rows), 60)
    for name, value in rows:
        indented = value.replace("\n", "\n" + " " * (width + 4))
        print(f"  {name:<{width}}  {indented}")
