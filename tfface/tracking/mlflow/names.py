"""Names that MLflow takes, for names that it refuses."""

import hashlib
import re
from collections.abc import Iterable

# letters and digits of any alphabet, and what MLflow allows beside them on every system
_REFUSED = re.compile(r"[^\w./ -]")
_LONGEST = 200


def mlflow_names(originals: Iterable[str]) -> dict[str, str]:
    """A name for each original: itself where MLflow takes it, else one like it; no two are the same.

    Example:
        >>> mlflow_names(["verification/orl/tar@far=0.01", "train/epoch/loss"])
        {'train/epoch/loss': 'train/epoch/loss', 'verification/orl/tar@far=0.01': 'verification/orl/tar_far_0.01'}
    """
    names = {original: _allowed(original) for original in sorted(set(originals))}
    taken = {original for original, name in names.items() if name == original}
    for original, name in names.items():
        if name == original:
            continue
        if name in taken:
            name = f"{name}-{hashlib.sha1(original.encode()).hexdigest()[:8]}"
        taken.add(name)
        names[original] = name
    return names


def _allowed(name: str) -> str:
    segments = [_REFUSED.sub("_", segment) for segment in name.split("/")]
    return "/".join("_" if segment in ("", ".", "..") else segment for segment in segments)[:_LONGEST].rstrip("/")
