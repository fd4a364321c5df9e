"""Reads a recipe and says what is wrong with it, line by line."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from pathlib import Path

from pydantic import ValidationError

from .._suggest import did_you_mean
from .errors import RecipeError
from .schema import SECTIONS, Recipe, Section, Stage
from .yaml_source import Key, Source, read_file


def load_recipe(recipe: str | Path | Mapping, settings: Iterable[str] = ()) -> Recipe:
    """Reads and checks a recipe; imports nothing heavy.

    Args:
        recipe: path of a YAML file, or the same as a dictionary.
        settings: values that replace those of the file, `"loss.margin=0.4"`.

    Raises:
        RecipeError: something is misspelt, missing or of the wrong type; one line per problem, with its place.
        FileNotFoundError: there is no such file.

    Example:
        >>> recipe = load_recipe({"data": {"source": "orl"}, "loss": "arcface", "epochs": 3}, ["epochs=5"])
        >>> recipe.stages[0].epochs
        5
    """
    if isinstance(recipe, Mapping):
        source = Source(deepcopy(dict(recipe)), "recipe")
    else:
        source = read_file(recipe)
        if isinstance(source.data, dict):
            source.data.setdefault("output", f"runs/{Path(recipe).stem}")
    if not isinstance(source.data, dict):
        raise source.error((), "expected keys with values, like epochs: 3")
    for setting in settings:
        source.override(setting)
    return from_source(source)


def from_source(source: Source) -> Recipe:
    """Checks a recipe that was read already.

    Raises:
        RecipeError: as `load_recipe` says.
    """
    recipe = checked(source, Recipe, _keys_at)
    recipe._source = source
    return recipe


def checked(source: Source, model: type[Section], keys_at: Callable[[Key], Iterable[str]]):
    """What was read, as that kind of section.

    Args:
        source: what was read.
        model: what it should be.
        keys_at: gives the keys that are known at a place.

    Raises:
        RecipeError: something is misspelt, missing or of the wrong type; one line per problem, with its place.
    """
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        problems = (str(source.error(*_explain(problem, keys_at))) for problem in error.errors())
        raise RecipeError("\n".join(dict.fromkeys(problems))) from None


def _explain(problem: dict, keys_at: Callable[[Key], Iterable[str]]) -> tuple[Key, str]:
    """The key and the plain words for one of pydantic's errors."""
    key, kind, context = problem["loc"], problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        return key, f"unknown key, {did_you_mean(str(key[-1]), keys_at(key[:-1]))}"
    if kind == "missing":
        return key, "this key is missing"
    if kind == "union_tag_invalid":
        names = [name.strip("'") for name in context["expected_tags"].split(", ")]
        return (*key, "name"), f"unknown {key[-1]} {context['tag']!r}, {did_you_mean(context['tag'], names)}"
    if kind == "value_error":
        return key, str(context["error"])
    if kind == "model_type":
        return key, f"expected keys with values, got {_shortened(problem['input'])}"
    return key, f"{problem['msg'].replace('Input should be', 'expected')}, got {_shortened(problem['input'])}"


def _keys_at(key: Key) -> set[str]:
    """The keys that are known inside a section of a recipe."""
    if not key:
        return set(Recipe.model_fields) | set(Stage.model_fields)
    section = [part for part in key if isinstance(part, str)][-1]
    return set(SECTIONS[section].model_fields)


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
