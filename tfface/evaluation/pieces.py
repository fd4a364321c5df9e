"""How a long row of columns is cut into pieces for tiles of scores."""

from collections.abc import Iterator


def pieces(start: int, stop: int, size: int, first: int | None = None) -> Iterator[tuple[int, int]]:
    """(start, stop) of pieces of a size; the first one may be smaller.

    Who keeps the greatest scores takes everything of the first piece, and little of all others.

    Example:
        >>> list(pieces(3, 12, 4, first=2))
        [(3, 5), (5, 9), (9, 12)]
    """
    end = min(start + (first or size), stop)
    while start < stop:
        yield start, end
        start, end = end, min(end + size, stop)
