"""Hook of mkdocs: files beside docs/ that are linked there come into the site; folders in the nav list their pages.

Pages of docs/ link to `../benchmarks/heads.md` or `../examples/mirrored.py`, which is right where the repository is
browsed. In the site docs/ is the root, so these files are put below it under their own names, and the links follow.
"""

import os
import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]
BESIDE = ("CHANGELOG.md", "benchmarks/*.md", "recipes/*", "examples/*.*", "examples/distributed/*")
FIRST = re.compile(r"(index|README)\.md$")
LINK = re.compile(r"(\]\()([^)\s#:]+)((?:#[^)\s]*)?\))")


def beside():
    """Paths within the repository, as `benchmarks/heads.md`."""
    return sorted(path.relative_to(ROOT).as_posix() for glob in BESIDE for path in ROOT.glob(glob) if path.is_file())


def pages(folder):
    """The pages of a folder of docs/, or beside it, with its index first."""
    inside = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs" / folder).rglob("*.md")]
    outside = [path for path in beside() if path.startswith(folder) and path.endswith(".md")]
    return sorted({*inside, *outside}, key=lambda path: (not FIRST.search(path), path.removesuffix(".md")))


def listed(nav):
    """The nav with `losses/` replaced by the list of its pages; a folder without pages is left out."""
    if isinstance(nav, list):
        return [entry for entry in map(listed, nav) if entry]
    if isinstance(nav, dict):
        return {title: found for title, entry in nav.items() if (found := listed(entry))}
    return pages(nav) if nav.endswith("/") else nav


def on_config(config):
    config.nav = listed(config.nav)


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
