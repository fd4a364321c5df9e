"""The loss guide is what its generator writes today, and the generator has all it needs."""

import re
import sys

import pytest
from package import ROOT

import tfface

sys.path.insert(0, str(ROOT / "docs" / "make" / "losses"))

import digits_setups
import facts
import formula
import pages

GUIDE = ROOT / "docs" / "losses"
PAGES = pages.pages()
KNOWN = facts.rows()


def test_there_is_a_page_for_every_loss():
    assert {path.stem for path in GUIDE.glob("*.md")} == {"index", *tfface.losses.names()}


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_up_to_date(page):
    told = "out of date: python docs/make/losses/pages.py"
    assert (GUIDE / page).read_text(encoding="utf-8") == PAGES[page], told


def test_advice_is_of_losses_that_exist():
    assert set(facts.written()) - {"shared"} == set(tfface.losses.names())
    assert {facts.advice(name).kind for name in KNOWN} == {kind for kind, _ in pages.KINDS}


@pytest.mark.parametrize("name", KNOWN)
def test_advice_is_of_arguments_that_exist(name):
    """Each argument of a loss is spoken of, and no other."""
    described = set(facts.docstring(KNOWN[name].cls).arguments)
    assert set(facts.written()[name].get("knobs", {})) <= described
    assert described <= set(facts.advice(name).knobs)


@pytest.mark.parametrize("name", KNOWN)
def test_formulas_are_latex(name):
    found = re.split(r"\$\$?", PAGES[f"{name}.md"].partition("## When")[0])[1::2]
    assert found and all(text.isascii() and text.count("{") == text.count("}") for text in found)


def test_formulas_of_all_kinds():
    assert formula.latex("z_y = s cos(θ_y + m)") == r"z_{y} = s \cos (\theta _{y} + m)"
    assert formula.latex("√((C_jj + 1) 2) ≠ ŵ_js²") == r"\sqrt {(C_{jj} + 1) 2} \ne \hat{w}_{js}^{2}"
    assert formula.latex("½ [m − λ_min]+²") == r"\frac{1}{2} [m - \lambda _{\text{min}}]_{+}^{2}"
    assert (
        formula.markdown("With `a = b²`, and `c²` and `code`.")
        == "With\n\n$$\na = b^{2},\n$$\n\nand $c^{2}$ and `code`."
    )


def test_every_setup_of_the_digits_is_a_loss():
    assert set(digits_setups.SETUPS) == set(tfface.losses.names())
    for name, row in KNOWN.items():
        parts = getattr(digits_setups.loss(name), "losses", [digits_setups.loss(name)])
        assert row.cls in {type(part) for part in parts}


def test_pictures_are_small():
    sizes = {path: path.stat().st_size for path in GUIDE.glob("images/**/*.png")}
    assert len(sizes) >= len(KNOWN)
    assert max(sizes.values()) <= 40 * 1024 and sum(sizes.values()) <= 3 * 1024**2
