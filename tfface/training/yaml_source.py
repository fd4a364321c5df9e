"""Reads YAML and remembers the line of every key, so that an error can say where it is."""

import re
from pathlib import Path

import yaml

from .errors import RecipeError

Key = tuple[str | int, ...]


class Source:
    """Plain data read from YAML, and where each value was written.

    Attributes:
        data: what the file says, as dictionaries, lists and scalars.
        name: what errors call the whole: the path of the file.
        places: where a value was written, `"faces.yaml:3"`, by its path of keys, `("loss", "margin")`.
    """

    def __init__(self, data, name: str, places: dict[Key, str] | None = None):
        self.data = data
        self.name = name
        self.places = places or {}

    def error(self, key: Key, problem: object) -> RecipeError:
        """The error for a value: where it was written, its name, what is wrong with it."""
        name, place = self._find(key)
        # Many a problem begins with the name of an argument, which may have a line of its own.
        argument, _, rest = str(problem).partition(": ")
        inner, inner_place = self._find((*key, argument))
        if rest and inner in self.places:
            name, place, problem = inner, inner_place, rest
        elif rest and name and argument == name[-1]:
            problem = rest
        return RecipeError(": ".join([place, *([".".join(map(str, name))] if name else []), str(problem)]))

    def _find(self, key: Key) -> tuple[Key, str]:
        """A value by the name it was written with, and where; for one that nobody wrote, where its parent is.

        A short form has fewer levels than what it stands for: `loss: arcface` is the first loss of the first stage.
        """
        here, name, place = self.data, (), self.name
        parts = self._written(key)
        for part in parts:
            known = part in here if isinstance(here, dict) else isinstance(here, list) and part in range(len(here))
            if known or (part == parts[-1] and isinstance(part, str)):
                name += (part,)
                place = self.places.get(name, place)
                here = here[part] if known else None
        return name, place

    def _written(self, key: Key) -> Key:
        """The same value where it was written for all stages, unless the stage has its own."""
        if key[:1] != ("stages",) or len(key) < 3:
            return key
        if "stages" not in self.data:
            pretrain = self.data.get("pretrain") if key[1] == 0 and "loss" in self.data else None
            return ("pretrain", *key[2:]) if isinstance(pretrain, dict) and key[2] in pretrain else key[2:]
        return key[2:] if key[2] in self.data and key[2] not in self.data["stages"][key[1]] else key

    def override(self, setting: str) -> None:
        """Sets one value, `"loss.margin=0.4"`; the right side is YAML."""
        path, equals, text = setting.partition("=")
        keys = path.strip().split(".")
        if not equals or not all(keys):
            raise RecipeError(f"--set {setting}: expected key=value, like loss.margin=0.4")
        place = f"--set {setting}"
        value = read_yaml(text, place).data
        here, key = self.data, ()
        for part, following in zip(keys, [*keys[1:], None], strict=True):
            part = _index(here, part, place)
            key += (part,)
            if following is None:
                here[part] = value
                continue
            inner = here[part] if isinstance(here, list) else here.get(part)
            if isinstance(inner, str):  # `loss: arcface` is short for `loss: {name: arcface}`
                inner = {"name": inner}
            here[part] = inner if isinstance(inner, dict | list) else {}
            here = here[part]
        self.places = {written: at for written, at in self.places.items() if written[: len(key)] != key}
        self.places[key] = place


def _index(here, part: str, place: str) -> str | int:
    if not isinstance(here, list):
        return part
    if not part.isdigit() or int(part) >= len(here):
        raise RecipeError(f"{place}: expected a number from 0 to {len(here) - 1} in place of {part!r}")
    return int(part)


class _Loader(yaml.SafeLoader):
    """SafeLoader that reads 1e-3 as a number, as YAML 1.2 does, and 2026-11-21 as text: a recipe has no dates."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML wants a class attribute)
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789")
)


def read_file(path: str | Path) -> Source:
    """Reads a YAML file.

    Raises:
        RecipeError: the file is not YAML, not text, or has a key twice; the message begins with file:line.
        FileNotFoundError: there is no such file.
    """
    path = Path(path)
    try:
        return read_yaml(path.read_text(encoding="utf-8"), str(path), numbered=True)
    except UnicodeDecodeError:
        raise RecipeError(f"{path}: expected a YAML text file in UTF-8") from None


def read_yaml(text: str, name: str, numbered: bool = False) -> Source:
    """Reads YAML text; `name` is what errors call it, followed by the line where `numbered`."""
    return _Reader(name, numbered).read(text)


class _Reader:
    """Walks the nodes of one YAML document and notes where each value is."""

    def __init__(self, name: str, numbered: bool):
        self.name = name
        self.numbered = numbered
        self.places: dict[Key, str] = {}

    def read(self, text: str) -> Source:
        try:
            self.loader = _Loader(text)
            node = self.loader.get_single_node()
            data = None if node is None else self.plain(node, ())
        except RecipeError:
            raise
        except RecursionError:
            raise RecipeError(f"{self.name}: not YAML: nested too deeply") from None
        except (yaml.YAMLError, ValueError) as error:
            problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
            raise RecipeError(f"{self.place(getattr(error, 'problem_mark', None))}: not YAML: {problem}") from None
        return Source(data, self.name, self.places)

    def place(self, mark) -> str:
        return f"{self.name}:{mark.line + 1}" if self.numbered and mark else self.name

    def plain(self, node, key: Key):
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.noted(item, (*key, index), item) for index, item in enumerate(node.value)]
        return self.loader.construct_object(node)

    def mapping(self, node, key: Key) -> dict:
        names = [name for name, _ in node.value]
        for index, name in enumerate(names):
            if not isinstance(name, yaml.ScalarNode):
                raise RecipeError(f"{self.place(name.start_mark)}: expected a name before ':'")
            if name.value in {earlier.value for earlier in names[:index]}:
                raise RecipeError(f"{self.place(name.start_mark)}: {name.value}: this key is there twice")
        self.loader.flatten_mapping(node)
        return {name.value: self.noted(value, (*key, name.value), name) for name, value in node.value}

    def noted(self, node, key: Key, at):
        self.places[key] = self.place(at.start_mark)
        return self.plain(node, key)
