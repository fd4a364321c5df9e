"""Extension of griffe: docstrings of this package, as mkdocstrings' Google style wants them."""

import re
from textwrap import dedent

import griffe

PARAGRAPH = re.compile(r"^(Returns|Yields|Reference):\n((?:(?: .*)?\n?)+)", re.MULTILINE)


class Docstrings(griffe.Extension):
    """`Example:` is a doctest; what is returned, and the paper, are plain words without a type in front."""

    def on_instance(self, *, obj, **_):
        if obj.docstring:
            text = obj.docstring.value.replace("\nExample:\n", "\nExamples:\n")
            obj.docstring.value = PARAGRAPH.sub(lambda found: f"**{found[1]}:** {dedent(found[2])}", text)
