"""Pages that are one file with everything inside: what is filled in, packed, and allowed to run."""

import base64
import gzip
import hashlib
import re
from collections.abc import Iterable, Mapping


def pack(content: bytes) -> str:
    """Compressed and in base64: a third of the size, and free of anything HTML could take for a tag."""
    return base64.b64encode(gzip.compress(content, compresslevel=6, mtime=0)).decode()


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """A Content-Security-Policy under which these scripts and styles run, and nothing is loaded from elsewhere."""
    allowed = [" ".join(_source(text) for text in texts) for texts in (scripts, styles)]
    return (
        f"default-src 'none'; script-src {allowed[0]}; style-src {allowed[1]}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _source(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def fill(template: str, filling: Mapping[str, str]) -> str:
    """A page with its places `<!--name-->` filled, in one pass: what is filled in is not looked through for places."""
    return re.sub(r"<!--(\w+)-->", lambda place: filling[place[1]], template)
