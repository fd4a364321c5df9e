"""Hook of mkdocs: formulas between dollars become MathML, which browsers draw themselves: no script, no network."""

import re
from html import unescape

from latex2mathml.converter import convert

INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)
BLOCK = re.compile(r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>', re.DOTALL)


def on_page_content(html, **_):
    html = INLINE.sub(lambda found: convert(unescape(found[1])), html)
    return BLOCK.sub(lambda found: f'<div class="formula">{convert(unescape(found[1]), display="block")}</div>', html)
