"""Ranges in a recipe: values that `tune` has to find, wherever they stand."""

from typing import Any

Path = tuple[str | int, ...]


def is_range(value) -> bool:
    """Whether a value is one to be found: `{low: 0.2, high: 0.6}`, with `log: true` for orders of magnitude."""
    return isinstance(value, dict) and {"low", "high"} <= value.keys() <= {"low", "high", "log"}


def ranges(recipe, path: Path = ()) -> dict[Path, dict[str, Any]]:
    """Each range in plain data, by its path of keys."""
    if is_range(recipe):
        return {path: recipe}
    parts = recipe.items() if isinstance(recipe, dict) else enumerate(recipe) if isinstance(recipe, list) else ()
    return {inner: found for key, value in parts for inner, found in ranges(value, (*path, key)).items()}


def filled(recipe, values: dict[str, float], path: Path = ()):
    """The same data with a value for each range, by its `called` name."""
    if is_range(recipe):
        return values[called(path)]
    if isinstance(recipe, dict):
        return {key: filled(value, values, (*path, key)) for key, value in recipe.items()}
    if isinstance(recipe, list):
        return [filled(value, values, (*path, index)) for index, value in enumerate(recipe)]
    return recipe


def somewhere(recipe: dict) -> dict:
    """The same data with the lower end of each range."""
    return filled(recipe, {called(path): found["low"] for path, found in ranges(recipe).items()})


def called(path: Path) -> str:
    """The name of a range, `loss.0.margin`."""
    return ".".join(map(str, path))
