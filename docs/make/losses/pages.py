"""Writes docs/losses/*.md from the registry, the docstrings and the advice: python docs/make/losses/pages.py"""

import re
from pathlib import Path

from digits_setups import CENTRED, SETUPS
from example import example
from facts import advice, certificate, defaults, docstring, rows
from formula import markdown

FOLDER = Path(__file__).parents[2] / "losses"
TEMPLATE = Path(__file__).with_name("index.template")
KINDS = (
    ("No margin", "Softmax on scores or angles: where to begin, and what to compare with."),
    ("Margin on the cosine", "The own cosine must win by a margin. Smooth and forgiving."),
    ("Margin on the angle", "The own angle must. The field's standard for clean sets of many people."),
    ("Margin on dot products", "Margins for a linear head, where lengths are free."),
    ("Adaptive", "Margin, scale or the weight of a class follow the training."),
    ("Quality", "The length of an embedding tells how good its image is, or how sure the embedding."),
    ("Binary", "A yes or no for each class instead of one softmax over all."),
    ("Centres, joint", "Beside Softmax or a margin: they pull and push, but do not tell people apart alone."),
    ("Proxies", "Learnt representatives of classes that are no head: no mining, quick to converge."),
    ("Pairs and triplets", "No class weights: for classes too many for a head, or that come and go."),
    ("Two views, no labels", "Two changed copies of each image, and no labels at all."),
)


def pages():
    """{name of the file: its text}."""
    known = rows()
    return {"index.md": index(known), **{f"{name}.md": page(row) for name, row in known.items()}}


def page(row):
    doc, told = docstring(row.cls), advice(row.name)
    given = defaults(row)
    sections = [
        f"# {told.title}",
        f"{doc.lead}",
        f"`{row.name}` · `tfface.{row.cls.__name__}` · {told.kind} · [all losses](index.md)",
        f"![{told.title}: what it does](images/{row.name}.png)",
        f"## Formula\n\n{linked(markdown(doc.text), row)}",
        f"## When to use it\n\n{told.use.strip()}",
        f"## How it fails\n\n{told.fails.strip()}",
        *knobs(doc, told, given),
        f"## Example\n\n```python\n{example(row, given, told.example)}\n```",
        certified(row, told.title),
        *digits(row.name, told.title),
        *([f"## Paper\n\n{papers(doc.paper)}"] if doc.paper else []),
    ]
    return "\n\n".join(sections) + "\n"


def linked(text, row):
    """Other losses that the text names, as links to their pages."""
    own = {other.cls.__name__: other.name for other in reversed(rows().values()) if other.cls is not row.cls}
    return re.sub(r"`(\w+)`", lambda m: f"[`{m[1]}`]({own[m[1]]}.md)" if m[1] in own else m[0], text)


def knobs(doc, told, given):
    if not doc.arguments:
        return []
    cells = {
        name: (f"`{given[name]}`" if name in given else "required", cell(what), cell(told.knobs[name]))
        for name, what in doc.arguments.items()
    }
    table = [f"| `{name}` | {' | '.join(others)} |" for name, others in cells.items()]
    return ["## Knobs\n\n| argument | default | what it is | turning it |\n|---|---|---|---|\n" + "\n".join(table)]


def cell(text):
    return text.replace("|", "\\|").strip()


def certified(row, title):
    found = certificate(row, title)
    errors = [("float64 reference, written apart", found.reference), *((repository(who), e) for who, e in found.peers)]
    lines = [f"| {who} | {' | '.join((*numbers.split(', '), '–')[:2])} |" for who, numbers in errors]
    text = (
        "## Certificate\n\nThe largest relative difference to others, over all arguments tried "
        "([how](../fidelity.md)):\n\n| compared with | value | gradient |\n|---|---|---|\n" + "\n".join(lines)
    )
    if found.differences:
        told = "Where published codes disagree (pml is pytorch-metric-learning):"
        head = "| what | who does what | tfface |\n|---|---|---|"
        others = [f"| {' | '.join(cells)} |" for cells in found.differences]
        text += "\n\n".join(["", told, "\n".join([head, *others])])
    return text


def repository(name):
    return f"[{name}](https://github.com/{name})" if "/" in name else name


def digits(name, title):
    if not (FOLDER / "images" / "digits" / f"{name}.png").exists():
        return []
    steps = "1,500 steps of 256 images"
    how = f"{steps}, batch-normalised at the end" if name in CENTRED else steps
    return [
        f"## Digits\n\nTest images of MNIST in an embedding of two dimensions, learnt in {how}, with\n\n"
        f"```text\n{SETUPS[name]}\n```\n\n![{title} on handwritten digits](images/digits/{name}.png)"
    ]


def papers(text):
    return re.sub(r"arXiv (\d{4}\.\d{5})", r"[arXiv \1](https://arxiv.org/abs/\1)", text)


def index(known):
    told = {name: advice(name) for name in known}
    sections = []
    for kind, about in KINDS:
        names = [name for name in told if told[name].kind == kind]
        table = [f"| [{told[name].title}]({name}.md) | `{name}` | {told[name].gist} |" for name in names]
        sections.append(f"### {kind}\n\n{about}\n\n| loss | name | in a line |\n|---|---|---|\n" + "\n".join(table))
    drawn = [name for name in ordered(told) if digits(name, "")]
    gallery = [f"[![{told[name].title}](images/digits/{name}.png)]({name}.md)" for name in drawn]
    shown = [" ".join(gallery[at : at + 5]) for at in range(0, len(gallery), 5)]
    text = TEMPLATE.read_text(encoding="utf-8")
    return text.replace("{kinds}", "\n\n".join(sections)).replace("{gallery}", "\n\n".join(shown))


def ordered(told):
    return sorted(told, key=lambda name: [kind for kind, _ in KINDS].index(told[name].kind))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
