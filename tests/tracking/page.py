"""Takes a comparison page apart."""

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np


class Page:
    """The parts of a page that `compare` wrote."""

    def __init__(self, path):
        self.html = path.read_text(encoding="utf-8")

    def unpacked(self, name):
        packed = re.search(rf'<script type="text/plain" id="{name}">([A-Za-z0-9+/=]*)</script>', self.html)
        return gzip.decompress(base64.b64decode(packed[1]))

    @property
    def data(self):
        return json.loads(self.unpacked("data"))

    @property
    def runs(self):
        return self.data["runs"]

    def curve(self, run, path):
        """The numbers of a curve, as the page's scripts see them."""
        return Numbers(self.data["wide"], self.unpacked("columns")).curve(self.runs[run]["curves"][path])

    @property
    def policy(self):
        content = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', self.html)[1]
        return {name: values for name, *values in (part.split() for part in content.split(";"))}

    def tags(self):
        """Every tag a browser would see, with its attributes."""
        seen = []
        parser = HTMLParser()
        parser.handle_starttag = lambda tag, attributes: seen.append((tag, attributes))
        parser.feed(self.html)
        return seen

    def element(self, tag):
        """Text of the one inline element of this kind that runs, or styles."""
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", self.html, re.DOTALL)
        return text


class Numbers:
    """The columns of `page_data`, unpacked."""

    def __init__(self, wide, packed):
        self._wide = np.frombuffer(packed, "<f8", wide)
        self._narrow = np.frombuffer(packed, "<f4", offset=8 * wide)

    def growing(self, place):
        first, count = place
        return np.cumsum(self._wide[first : first + count]).tolist()

    def values(self, place):
        first, count = place
        return self._narrow[first : first + count].tolist()

    def curve(self, packed):
        names = ("steps", "times")
        numbers = {name: self.growing(packed[name]) for name in names}
        holes = {name: self.growing(packed["nonfinite"][name]) for name in names}
        return numbers | {"values": self.values(packed["values"]), "nonfinite": holes}


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
