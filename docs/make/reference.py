"""Writes docs/reference, a page a package with every public name: python docs/make/reference.py

The names are those that the packages offer when they run, since some of them are imported when they are used; what the
site says of each is read from the source, so that building it needs no TensorFlow.
"""

import importlib
import inspect
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "reference"
PACKAGES = (
    *("addons", "callbacks", "data", "distances", "distribute", "evaluation", "functional", "layers", "losses"),
    *("miners", "models", "models.backbones", "serving", "sweep", "tracking", "training"),
)


def public_names(package):
    """{name: class or function} of what a package offers."""
    module = importlib.import_module(f"tfface.{package}")
    offered = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    values = {name: getattr(module, name) for name in sorted(offered)}
    return {
        name: value
        for name, value in values.items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__.startswith("tfface.")
    }


def entry(package, name, value):
    above = inspect.isclass(value) and package in ("losses", "models")  # tfface.ArcFace, tfface.FaceModel
    title = f"tfface.{name}" if above else f"tfface.{package}.{name}"
    inherited = ", inherited_members: true" if package == "models" else ""
    return f"""\
::: {value.__module__}.{value.__qualname__}
    options: {{heading: {title}, toc_label: {name}{inherited}}}
"""


def page(package):
    about = inspect.getdoc(importlib.import_module(f"tfface.{package}"))
    entries = [entry(package, name, value) for name, value in public_names(package).items()]
    return "\n".join([f"# tfface.{package}\n", f"{about}\n", *entries])


def pages():
    """{name of the file: its text}."""
    return {f"{package}.md": page(package) for package in PACKAGES}


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
