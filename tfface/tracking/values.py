"""Values as Neptune keeps them: it drops None, lists, large integers and numbers that are not finite."""

import json
import math
from collections.abc import Mapping
from datetime import date
from numbers import Integral, Real

_INT32 = 2**31


def scalar(value):
    """A value Neptune stores unchanged: bool, int32, finite float or str.

    Example:
        >>> scalar(2**40), scalar(float("nan")), scalar([1, 2]), scalar(None)
        (1099511627776.0, 'nan', '[1, 2]', 'None')
    """
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, bool | str):
        return value
    if isinstance(value, Integral):
        return int(value) if -_INT32 <= value < _INT32 else float(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        try:
            return json.dumps(sorted(value) if isinstance(value, set | frozenset) else value)
        except TypeError:
            return str(value)
    return str(value)


def flatten(values: Mapping, prefix: str = "") -> dict:
    """Nested mappings as one of `a/b` paths and scalars.

    Example:
        >>> flatten({"loss": {"name": "arcface", "margin": 0.5}}, prefix="model")
        {'model/loss/name': 'arcface', 'model/loss/margin': 0.5}
    """
    flat = {}
    for key, value in values.items():
        path = f"{prefix}/{key}" if prefix else str(key)
        if isinstance(value, list | tuple) and value and all(isinstance(item, Mapping) for item in value):
            value = dict(enumerate(value))
        if isinstance(value, Mapping):
            flat.update(flatten(value, path))
        else:
            flat[path] = scalar(value)
    return flat
