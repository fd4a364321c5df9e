"""What is known of a loss: its docstring, its arguments, what is written about it by hand, and its certificate."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

import tfface

HERE = Path(__file__).parent
FIDELITY = HERE.parents[1] / "fidelity.md"


class Docstring(NamedTuple):
    """The parts of a loss's docstring."""

    lead: str
    text: str
    arguments: dict[str, str]
    paper: str


class Advice(NamedTuple):
    """What is written by hand: see advice/*.yaml."""

    kind: str
    title: str
    gist: str
    use: str
    fails: str
    knobs: dict[str, str]
    example: str | None = None


def docstring(cls):
    doc = inspect.getdoc(cls)
    lead, _, rest = doc.partition("\n\n")
    text, _, rest = rest.partition("Args:")
    arguments, _, rest = rest.partition("\n\n")
    entries = re.findall(r"^ {4}(\w+): ((?:.|\n {6,})+)", arguments, re.MULTILINE)
    paper = " ".join(rest.partition("Reference:")[2].split())
    return Docstring(" ".join(lead.split()), text, {name: " ".join(what.split()) for name, what in entries}, paper)


def defaults(row):
    """{argument: default as it is written} of a loss of the registry; required arguments are not in it."""
    call = ast.parse(f"f({row.defaults})", mode="eval").body
    return {keyword.arg: ast.unparse(keyword.value).replace("'", '"') for keyword in call.keywords}


@cache
def written():
    """All that is written by hand, by the names of the losses."""
    return {name: entry for path in sorted((HERE / "advice").glob("*.yaml")) for name, entry in _read(path).items()}


def _read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def advice(name):
    """Of a loss; what another name of the same class says holds where nothing else is said, and the shared knobs do."""
    entries = written()
    own = entries[name]
    base = entries.get(own.get("like"), {})
    knobs = {**entries["shared"]["knobs"], **base.get("knobs", {}), **own.get("knobs", {})}
    merged = {**base, **own, "knobs": knobs}
    return Advice(**{field: merged[field] for field in Advice._fields if field in merged})


class Certificate(NamedTuple):
    """What docs/fidelity.md has of a loss."""

    reference: str  # errors against the float64 reference
    peers: list[tuple[str, str]]  # who answered, errors
    differences: list[list[str]]  # what, who does what, tfface


def certificate(row, title):
    lines = FIDELITY.read_text(encoding="utf-8").splitlines()
    table = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    _, reference, others = next(cells for cells in table if f"`{row.name}`" in cells[0])
    peers = re.findall(r"([^;]+?) ([\de.-]+(?:, [\de.-]+)?)(?:; |$)", others)
    names = "|".join(re.escape(name) for name in {row.cls.__name__, row.cls.__name__.removesuffix("Loss"), title})
    about = re.compile(rf"(?<![\w`-])({names})(?![\w`-])", re.IGNORECASE)
    return Certificate(reference, peers, [cells for cells in table if len(cells) == 3 and about.search(cells[0])])


def rows():
    """The registry, by name."""
    return {row.name: row for row in tfface.losses.table()}
