"""Where a sweep says what a cell's recipe holds, so that an error leads to the line that somebody wrote."""

from ..training.errors import RecipeError
from ..training.yaml_source import Key, Source
from .schema import Choice, Sweep

_BESIDE = {"backbone": "backbones", "head": "heads", "epochs": "budget", "seed": "seeds"}
_OF_DATA = {"limit_identities": "identities", "folds": "folds", "fold": "folds"}


class CellSource(Source):
    """A cell's recipe as plain data; what is wrong with it is told as a mistake in the sweep.

    Args:
        data: the recipe.
        sweep: that it was made from.
        choice: which of the sweep's losses it has.
    """

    def __init__(self, data: dict, sweep: Sweep, choice: int):
        super().__init__(data, sweep.source.name)
        self._sweep, self._index = sweep, choice

    def error(self, key: Key, problem: object) -> RecipeError:
        """The error for a value of the recipe."""
        return self._sweep.error(self._written(key), problem)

    def _written(self, key: Key) -> Key:
        key = key[2:] if key[:1] == ("stages",) and len(key) > 2 else key
        first, *rest = key or ("base",)
        choice: Choice = self._sweep.losses[self._index]
        if first == "loss":
            return ("losses", self._index, "sum", *rest)
        if first in choice.recipe:
            return ("losses", self._index, "recipe", *key)
        if first == "data":
            return (_OF_DATA[rest[0]],) if rest and rest[0] in _OF_DATA and rest[0] not in self._asked else key
        return (_BESIDE[first], *rest[1:]) if first in _BESIDE else ("base", *key)

    @property
    def _asked(self) -> set[str]:
        """The keys of `data` that the sweep itself says."""
        return self._sweep.data.model_fields_set
