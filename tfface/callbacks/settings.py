"""What a user says about a training, as mappings that can be logged."""

from collections.abc import Mapping


def recipe_of(recipe) -> Mapping:
    """A recipe as a mapping.

    Raises:
        TypeError: it is none, and has no `to_dict`.
    """
    return _mapping("recipe", recipe.to_dict() if hasattr(recipe, "to_dict") else recipe)


def data_of(data) -> Mapping:
    """Counts and fingerprint of a `FaceSet`; of a mapping, itself.

    Raises:
        TypeError: it is neither.
    """
    if not hasattr(data, "fingerprint"):
        return _mapping("data", data)
    counts = {"identities": len(data.identities), "images": len(data)}
    return {"source": data.source, **counts, "fingerprint": data.fingerprint()}


def _mapping(name, value):
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(f"{name}: expected a mapping, got {type(value).__name__}")
    return value or {}
