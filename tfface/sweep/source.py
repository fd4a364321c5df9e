"""Reads a sweep: a file, a dictionary, or the words of a command line."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from ..training.recipe import checked
from ..training.yaml_source import Key, Source, read_file, read_yaml
from .schema import SECTIONS, Sweep

Option = tuple[str, Key, Any]


def load_sweep(sweep: str | Path | Mapping, settings: Iterable[str] = (), options: Iterable[Option] = ()) -> Sweep:
    """Reads and checks a sweep; imports nothing heavy.

    Args:
        sweep: path of a YAML file, or the same as a dictionary.
        settings: values that replace those of the file, `"budget.epochs=5"`.
        options: the same as plain data: (what errors call it, key, value).

    Raises:
        RecipeError: something is misspelt, missing or of the wrong type; one line per problem, with its place.
        FileNotFoundError: there is no such file.

    Example:
        >>> sweep = load_sweep({"data": {"source": "orl"}, "losses": ["softmax", "arcface"]}, ["seeds=2"])
        >>> sweep.seeds
        [0, 1]
    """
    source = Source(deepcopy(dict(sweep)), "sweep") if isinstance(sweep, Mapping) else read_file(sweep)
    if not isinstance(source.data, dict):
        raise source.error((), "expected keys with values, like losses: [softmax, arcface]")
    for option in options:
        _put(source, *option)
    for setting in settings:
        source.override(setting)
    found = checked(source, Sweep, _keys_at)
    found._source = source
    return found


def _put(source: Source, place: str, key: Key, value: Any) -> None:
    here = source.data
    for part in key[:-1]:
        here = here.setdefault(part, {})
    here[key[-1]] = value
    source.places = {written: at for written, at in source.places.items() if written[: len(key)] != key}
    source.places[key] = place


def components(words: str) -> list:
    """Names with arguments as a shell lets them be typed, `softmax,arcface:margin=0.3/0.5:scale=32`.

    Commas are between components, `+` between the terms of a sum, `:` before an argument, `/` between the values of a
    grid, and `low..high` is a range to tune in.

    Example:
        >>> components("softmax+center:weight=0.01,arcface:margin=0.3/0.5")
        [['softmax', {'name': 'center', 'weight': 0.01}], {'name': 'arcface', 'margin': [0.3, 0.5]}]
    """
    found = []
    for word in words.split(","):
        terms = [_component(term) for term in word.split("+")]
        found.append(terms if len(terms) > 1 else terms[0])
    return found


def _component(word: str):
    name, *arguments = word.strip().replace("::", "\0").split(":")
    name = name.replace("\0", ":")
    if not arguments:
        return name
    pairs = [argument.replace("\0", ":").partition("=") for argument in arguments]
    for argument, equals, _ in pairs:
        if not equals:
            raise ValueError(f"{word}: expected name:argument=value, got {argument!r}")
    return {"name": name, **{argument: _value(text) for argument, _, text in pairs}}


def _value(text: str):
    low, dots, high = text.partition("..")
    if dots:
        return {"low": float(_plain(low)), "high": float(_plain(high))}
    values = [_plain(part) for part in text.split("/")]
    return values if len(values) > 1 else values[0]


def _plain(text: str):
    return read_yaml(text, text).data


def _keys_at(key: Key) -> set[str]:
    """The keys that are known inside a section of a sweep."""
    named = [part for part in key if isinstance(part, str) and part in SECTIONS]
    return set((SECTIONS[named[-1]] if named else Sweep).model_fields)
