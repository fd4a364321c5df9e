"""What recipes and sweeps share: they know where each of their values was written."""

from typing import Any

from pydantic import PrivateAttr

from ..errors import RecipeError
from ..yaml_source import Key, Source
from .section import Section


class Written(Section):
    """The top of a file, or of a mapping, that was read."""

    _source: Source = PrivateAttr(default_factory=lambda: Source({}, "recipe"))

    @property
    def source(self) -> Source:
        """Where each value was written."""
        return self._source

    def error(self, key: Key, problem: object) -> RecipeError:
        """The error to raise for a value that turns out to be wrong when it is used: it says where that was written."""
        return self._source.error(key, problem)

    def to_dict(self) -> dict[str, Any]:
        """The resolved settings as plain data; reading them back gives the same ones."""
        return self.model_dump(mode="json", exclude_none=True)
