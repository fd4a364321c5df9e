"""Losses by name, and the registry as a table made from signatures and docstrings."""

import inspect
import re
from typing import NamedTuple

from .._compat import register as register_with_keras
from .._suggest import did_you_mean
from ._base import FaceLoss, arguments_of

_BY_NAME: dict[str, type[FaceLoss]] = {}
# Further names under which the field knows a loss, with the arguments of that paper.
_PRESETS: dict[str, dict] = {}


class Row(NamedTuple):
    """One loss of the registry."""

    name: str
    cls: type
    kind: str
    formula: str
    defaults: str
    paper: str


def register(name: str, **presets: dict):
    """Class decorator: registers a loss here and with Keras; `presets` are further names with their arguments."""

    def decorate(cls):
        cls.registry_name = name
        for known in (name, *presets):
            _BY_NAME[known] = cls
        _PRESETS.update(presets)
        return register_with_keras(cls)

    return decorate


def names() -> list[str]:
    """The registered names.

    Example:
        >>> import tfface
        >>> "arcface" in tfface.losses.names()
        True
    """
    return list(_BY_NAME)


def get(loss, /, **arguments) -> FaceLoss:
    """A loss by its name and arguments; a loss object is returned as it is.

    Args:
        loss: registry name, `"arcface"`, or a loss object.
        **arguments: of the loss class.

    Raises:
        ValueError: unknown name (the nearest names are given).
        TypeError: unknown or missing argument.

    Example:
        >>> import tfface
        >>> tfface.losses.get("arcface", margin=0.4).margin
        0.4
    """
    if isinstance(loss, FaceLoss):
        if arguments:
            raise TypeError(
                f"{type(loss).__name__}: arguments go with a name, received {', '.join(arguments)} with a loss"
            )
        return loss
    if not isinstance(loss, str) or loss not in _BY_NAME:
        raise ValueError(f"loss: unknown name {loss!r}, {did_you_mean(str(loss), _BY_NAME)}")
    cls = _BY_NAME[loss]
    own = arguments_of(cls)
    unknown = sorted(set(arguments) - {*own, "name", "reduction", "dtype"})
    if unknown:
        raise TypeError(f"{loss}: unknown argument {unknown[0]!r}; expected {', '.join(own)}")
    missing = [name for name in own if own[name] is inspect.Parameter.empty and name not in arguments]
    if missing:
        raise TypeError(f"{loss}: the argument {missing[0]!r} is missing")
    return cls(**{**_PRESETS.get(loss, {}), **arguments})


def table() -> list[Row]:
    """The registry, a row a name.

    Example:
        >>> import tfface
        >>> next(row.kind for row in tfface.losses.table() if row.name == "triplet")
        'embedding'
    """
    return [_row(name, cls) for name, cls in _BY_NAME.items()]


def _row(name, cls):
    doc = inspect.getdoc(cls)
    described = doc.split("\n\n", 2)[1]
    formula = next(" ".join(span.split()) for span in re.findall(r"`([^`]+)`", described))
    paper = " ".join(doc.partition("Reference:")[2].split())
    own = arguments_of(cls) | _PRESETS.get(name, {})
    defaults = ", ".join(f"{key}={value!r}" for key, value in own.items() if value is not inspect.Parameter.empty)
    return Row(name, cls, cls.kind, formula, defaults, paper)
