"""Hook of mkdocs: files beside docs/ that are linked there come into the site; patterns in the nav list pages.

Pages of docs/ link to `../benchmarks/heads.md` or `../examples/mirrored.py`, which is right where the repository is
browsed. In the site docs/ is the root, so these files are put below it under their own names, and the links follow.
"""

import os
import posixpath
import re
from fnmatch import fnmatch
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]
BESIDE = ("CHANGELOG.md", "benchmarks/*.md", "recipes/**/*", "examples/*.*", "examples/distributed/*")
FIRST = re.compile(r"(index|README)\.md$")
LINK = re.compile(r"(\]\()([^)\s#:]+)((?:#[^)\s]*)?\))")


def beside():
    """Paths within the repository, as `benchmarks/heads.md`."""
    return sorted(path.relative_to(ROOT).as_posix() for glob in BESIDE for path in ROOT.glob(glob) if path.is_file())


def pages(pattern):
    """The pages of docs/ and beside it that match `losses/*.md`, an index first."""
    inside = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").glob(pattern)]
    outside = [path for path in beside() if fnmatch(path, pattern)]
    return sorted({*inside, *outside}, key=lambda path: (not FIRST.search(path), path.removesuffix(".md")))


def expanded(entry):
    """What an entry of the nav stands for: patterns become lists of pages, titles without any page are left out."""
    if isinstance(entry, str):
        return pages(entry) if "*" in entry else [entry]
    ((title, inside),) = entry.items()
    if isinstance(inside, str) and "*" not in inside:
        return [entry]
    found = [page for each in (inside if isinstance(inside, list) else [inside]) for page in expanded(each)]
    return [{title: found}] if found else []


def on_config(config):
    config.nav = [found for entry in config.nav for found in expanded(entry)]


def on_files(files, config):
    for path in beside():
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown, page, config, files):
    here = page.file.src_uri
    repository = here if page.file.generated_by else f"docs/{here}"

    def followed(link):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(repository), link[2]))
        within = target.removeprefix("docs/")
        if files.get_file_from_path(within) is None:
            return link[0]
        return link[1] + os.path.relpath(within, posixpath.dirname(here) or ".") + link[3]

    return LINK.sub(followed, markdown)
