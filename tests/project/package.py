"""The package as the project's tests look at it: its files, their imports, its public names."""

import ast
import importlib
import inspect
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "addons",
    "callbacks",
    "data",
    "distances",
    "distribute",
    "evaluation",
    "functional",
    "layers",
    "losses",
    "miners",
    "models",
    "serving",
    "sweep",
    "tracking",
    "training",
)


@dataclass(frozen=True)
class Import:
    """One imported name: `tfface.losses.get`, whether the file needs it to be imported itself, and where it stands."""

    name: str
    at_import: bool
    where: str


@dataclass(frozen=True)
class Source:
    """A Python file of the project."""

    path: Path

    @cached_property
    def tree(self):
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def module(self):
        """`tfface.losses.arcface`, and `tfface.losses` for the `__init__.py` of a package."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def package(self):
        """The part of tfface it belongs to: `losses`, or the file's own name right below tfface."""
        return [*self.module.split("."), "__init__"][1]

    def where(self, node):
        return f"{self.path.relative_to(ROOT)}:{node.lineno}"

    def imports(self):
        later = {child for node in ast.walk(self.tree) if _runs_later(node) for child in ast.walk(node)}
        for node in ast.walk(self.tree):
            for name in self._names(node):
                yield Import(name, node not in later, self.where(node))

    def _names(self, node):
        if isinstance(node, ast.Import):
            return [alias.name for alias in node.names]
        if not isinstance(node, ast.ImportFrom):
            return []
        inside = list(self.path.relative_to(ROOT).parts[: -node.level]) if node.level else []
        prefix = ".".join([*inside, *([node.module] if node.module else [])])
        return [f"{prefix}.{alias.name}" for alias in node.names]


def _runs_later(node):
    """Functions, and what is for type checkers only."""
    typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    return typing or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def sources(folder="tfface"):
    return [Source(path) for path in sorted((ROOT / folder).rglob("*.py"))]


def public_names():
    """(`tfface.losses.ArcFace`, the class or function) for every name that a package of tfface offers."""
    for package in PACKAGES:
        module = importlib.import_module(f"tfface.{package}")
        names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
        for name in sorted(names):
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                yield f"tfface.{package}.{name}", value
