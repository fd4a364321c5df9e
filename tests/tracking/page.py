"""Takes a comparison page apart."""

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser


class Page:
    """The parts of a page that `compare` wrote."""

    def __init__(self, path):
        self.html = path.read_text(encoding="utf-8")

    def unpacked(self, name):
        packed = re.search(rf'<script type="text/plain" id="{name}">([A-Za-z0-9+/=]*)</script>', self.html)
        return gzip.decompress(base64.b64decode(packed[1])).decode()

    @property
    def runs(self):
        return json.loads(self.unpacked("data"))["runs"]

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


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
