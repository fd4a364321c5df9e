"""What a model's file, and the folder it lies in, tell of its training."""

from __future__ import annotations

import base64
import json
import zipfile
import zlib
from pathlib import Path

import yaml

UNKNOWN = "unknown"
_OF_THE_MACHINE = ("output", "tracking", "checkpoint", "strategy")
_RESULTS = "results.json"


def training_of(path: Path) -> dict:
    """What a training wrote behind the model in the same file; empty where none did."""
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(zlib.decompress(base64.b64decode(archive.comment, validate=True)))
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error):
        return {}


def recipe(recipe: dict) -> str:
    """What can be said of how it was trained, without what only says where that was."""
    if not recipe:
        return f"The recipe is {UNKNOWN}."
    told = {key: _without_folders(value) for key, value in recipe.items() if key not in _OF_THE_MACHINE}
    return f"```yaml\n{yaml.safe_dump(told, sort_keys=False, allow_unicode=True)}```"


def _without_folders(value):
    """Paths as names: where something lay on somebody's disk is no concern of who gets the model."""
    if isinstance(value, dict):
        return {key: _without_folders(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_folders(inner) for inner in value]
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value


def results(path: Path, training: dict) -> str:
    """Those of the run that made the model, if they lie beside it."""
    try:
        found = json.loads((path.parent / _RESULTS).read_text(encoding="utf-8"))
        measured = found["measured"] if found["run_id"] == training["run_id"] else None
    except (OSError, ValueError, KeyError, TypeError):
        measured = None
    if not measured:
        return f"How well it tells people apart is {UNKNOWN}."
    rows = [
        ("verification accuracy", f"{measured['accuracy']:.2%} ± {measured['accuracy_std']:.2%}"),
        ("AUC", f"{measured['auc']:.4f}"),
        ("equal error rate", f"{measured['eer']:.2%}"),
        *((f"true accepts at {rate} false accepts", f"{tar:.2%}") for rate, tar in measured["tar_at_far"].items()),
        ("identification, rank 1", f"{measured['rank1']:.2%}"),
    ]
    table = "\n".join(f"| {what} | {figure} |" for what, figure in rows)
    pairs = f"{measured['genuine']:,} pairs of one person and {measured['impostors']:,} of two"
    return f"Of people kept out of the training, {pairs} (settings: `evaluation` above).\n\n| | |\n|---|---|\n{table}"
