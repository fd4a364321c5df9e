"""An SVG under construction: shapes whose colours are classes, so that a page and a file of its own can dress them."""

from __future__ import annotations

from html import escape
from importlib import resources

LETTER = 7.3  # how wide one is on average, at 12 pixels
_ROOM = 10  # around a picture that is a file of its own
SERIES = 10  # colours; the next ten lines have them again, dashed


def number(value: float) -> str:
    """A coordinate: a tenth of a pixel is enough."""
    return f"{value:.1f}".removesuffix(".0")


def width_of(text: str) -> float:
    """About how wide a text is drawn."""
    return LETTER * len(text)


def series(place: int) -> str:
    """The class of the line at some place of a legend."""
    return f"s{place % SERIES}" + (" dashed" if place // SERIES % 2 else "")


def shortened(text: str, longest: int) -> str:
    """A text that fits."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


class Svg:
    """A drawing.

    Args:
        width: in pixels.
        height: in pixels.
        said: what it shows, for those who do not see it.
    """

    def __init__(self, width: float, height: float, said: str):
        self.width, self.height, self.said, self._parts = width, height, said, []

    def add(self, tag: str, content: str = "", /, **attributes) -> None:
        """One element; `content` is markup, `_` in names of attributes is `-`, and numbers are rounded."""
        self._parts.append(element(tag, content, **attributes))

    def text(self, x: float, y: float, content: str, kind: str = "", anchor: str = "start", **more) -> None:
        """A text at a place."""
        self.add("text", escape(content), x=x, y=y, class_=kind, text_anchor=anchor, **more)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """A straight line."""
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)

    def inline(self) -> str:
        """As a part of a page, which dresses it."""
        return self._made(0, "")

    def file(self) -> str:
        """As a file of its own, light or dark as its reader is."""
        width, height = self.width + 2 * _ROOM, self.height + 2 * _ROOM
        ground = element("rect", x=-_ROOM, y=-_ROOM, width=width, height=height, class_="card")
        return self._made(_ROOM, f"<style>{dress()}</style>{ground}") + "\n"

    def _made(self, room, before):
        width, height = number(self.width + 2 * room), number(self.height + 2 * room)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-room} {-room} {width} {height}" width="{width}" '
            f'height="{height}" class="figure" role="img" aria-label="{escape(self.said)}">'
            f"{before}{''.join(self._parts)}</svg>"
        )


def element(tag: str, content: str = "", /, **attributes) -> str:
    """The markup of an element."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, float | int) else escape(value)}"'
        for name, value in attributes.items()
        if value != ""
    )
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def dress() -> str:
    """The style of figures: colours, light and dark, and what has which."""
    files = resources.files("tfface.sweep.reports") / "page"
    return "".join((files / name).read_text(encoding="utf-8") for name in ("colors.css", "figures.css"))
