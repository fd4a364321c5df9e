"""What the results of all protocols have in common."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np

from .fingerprint import Fingerprint
from .interval import Interval


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Figures of a protocol, how to read and keep them, and what they were measured on.

    Attributes:
        fingerprint: what was measured, None where nobody said.
    """

    fingerprint: Fingerprint | None = field(default=None, kw_only=True)

    def figures(self) -> dict[str, float]:
        """The few numbers to watch, by short names: shares in 0..1."""
        raise NotImplementedError

    def intervals(self) -> dict[str, Interval]:
        """95 % intervals of those figures that have one, by the same names."""
        return {}

    def _counts(self) -> str:
        """How much was compared, in words."""
        raise NotImplementedError

    def __repr__(self) -> str:
        figures = ", ".join(f"{name} {value:.2%}" for name, value in self.figures().items())
        return f"{type(self).__name__}({figures}; {self._counts()})"

    def marked(self, fingerprint: Fingerprint):
        """The same result with its fingerprint."""
        return replace(self, fingerprint=fingerprint)

    def to_dict(self) -> dict:
        """All figures with their intervals as plain numbers, ready for JSON; without what is as long as the data."""
        found = {one.name: plain(getattr(self, one.name)) for one in fields(self) if one.repr}
        if self.fingerprint is None:
            del found["fingerprint"]
        intervals = self.intervals()
        return {**found, "interval": plain(intervals)} if intervals else found


def plain(value):
    """Numbers, texts, lists and dictionaries of what a result holds."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, dict):
        return {f"{key:g}" if isinstance(key, float) else str(key): plain(one) for key, one in value.items()}
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return [plain(one) for one in value] if isinstance(value, tuple | list) else value
