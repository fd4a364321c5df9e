"""Asks every web address in the documentation whether it is still there: python docs/make/links.py

Not a test, since others' servers fail on their own. A refusal (403, 429) proves nothing, and is only told.
"""

import re
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"\]\((https?://[^)\s]+)\)")
REFUSED = (401, 403, 405, 429)


def addresses():
    """{address: pages that name it}."""
    found = defaultdict(list)
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for address in ADDRESS.findall(page.read_text(encoding="utf-8")):
            found[address].append(str(page.relative_to(ROOT)))
    return found


def answer(address):
    try:
        with requests.get(address, timeout=20, stream=True, headers={"User-Agent": "Mozilla/5.0"}) as response:
            return response.status_code
    except requests.RequestException as error:
        return type(error).__name__


def main():
    pages = addresses()
    with ThreadPoolExecutor(8) as threads:
        answers = dict(zip(pages, threads.map(answer, pages), strict=True))
    for address, said in answers.items():
        if said != 200:
            print(said, address, *pages[address])
    gone = [address for address, said in answers.items() if said != 200 and said not in REFUSED]
    print(f"{len(answers)} addresses, {len(gone)} do not answer")
    return bool(gone)


if __name__ == "__main__":
    sys.exit(main())
