"""Names near to a name that does not exist."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The end of an error line: the names nearest to a misspelt one, or else all of them.

    Example:
        >>> did_you_mean("los", ["loss", "data"])
        "did you mean 'loss'?"
        >>> did_you_mean("x", ["loss", "data"])
        'known: data, loss'
    """
    names = sorted(names)
    near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    return f"known: {', '.join(names)}"
