"""What is on the page of a sweep, card by card."""

from __future__ import annotations

from collections.abc import Iterable

from ..statistics.convergence import SHARE
from ..words import percent, plural, rate
from . import html, pictures, tables
from .answer import Answer
from .csv_files import RESULTS, SUMMARY


def sections(answer: Answer, beside: Iterable[str]) -> list[str]:
    """The cards of the page.

    Args:
        answer: what the sweep says.
        beside: names of files beside the page.
    """
    made = [_verdict(answer), _missing(answer), _ranking(answer), _ranks(answer), _gain(answer), _curves(answer)]
    made += [_cost(answer), _clouds(answer), _lost(answer), _how(answer, beside)]
    return [one for one in made if one]


def _verdict(answer):
    verdict = answer.verdict
    lists = [("Why", verdict.why), ("How sure", verdict.sure), ("Keep in mind", verdict.cautions)]
    said = "".join(html.bullets(*one) for one in lists)
    title = "What we would use and why, and how sure"
    return html.section(title, html.paragraph(verdict.headline, "headline"), f'<div class="said">{said}</div>')


def _missing(answer):
    missing, every = len(answer.gathered.missing), len(answer.gathered.cells)
    if not missing:
        return ""
    said = f"{every - missing} of {plural(every, 'cell')} are done; what follows is about these."
    return html.section(
        f"{plural(missing, 'cell')} still to come",
        html.paragraph(said, "quiet"),
        html.folded("Which", html.table(tables.missing_table(answer.gathered))),
    )


def _ranking(answer):
    picture = pictures.ranking_picture(answer.gathered, answer.main)
    content = tables.ranking_table(answer.gathered, answer.main, answer.ranking)
    choice = answer.verdict.choice
    on = "" if answer.main.identities is None else f", trained on {answer.main.identities} people"
    return html.section(
        "Ranking",
        html.paragraph(
            f"Mean over seeds and folds{on}. Intervals and p: the same test people, seeds and folds drawn again for "
            "every setting (paired bootstrap); p is Holm's, for as many settings as are compared with the baseline.",
            "quiet",
        ),
        html.alone(picture),
        html.table(content, choice and choice.name),
    )


def _ranks(answer):
    ranking = answer.ranking
    notes = [html.paragraph(note, "quiet") for note in ranking.notes]
    if ranking.test is None:
        return html.section("Average ranks", *notes)
    test = ranking.test
    said = (
        f"Each loss ranked in {plural(test.blocks, 'block')} (seed × fold × backbone × people); a cell that failed "
        f"ranks last. Friedman: χ² = {test.statistic:.1f}, p {rate(test.p_value)}. Losses under one bar are not told "
        "apart (Nemenyi, 5 %)."
    )
    left = (
        f" {plural(ranking.incomplete, 'block')} with cells still to come are left out." if ranking.incomplete else ""
    )
    picture = html.alone(pictures.ranks_picture(ranking), "wide")
    return html.section("Average ranks", html.paragraph(said + left, "quiet"), picture, *notes)


def _gain(answer):
    picture = pictures.gain_picture(answer.gathered, answer.summaries)
    if picture is None:
        return ""
    said = f"Paired difference to {answer.gathered.baseline} in points, with 95 % intervals; of the baseline, its mean."
    content = html.table(tables.gain_table(answer.gathered, answer.summaries))
    return html.section(picture.title, html.paragraph(said, "quiet"), html.alone(picture), content)


def _curves(answer):
    found = pictures.curve_pictures(answer.gathered, answer.main)
    found += filter(None, [pictures.roc_picture(answer.gathered, answer.main)])
    said = "Of people never trained on: the mean of each setting, and thin its cells. The loss is of training."
    drawn = [html.figure(one) for one in found]
    return html.section("Curves", html.paragraph(said, "quiet"), html.grid("charts", drawn)) if drawn else ""


def _cost(answer):
    said = (
        f"Epochs and seconds until the accuracy is {percent(SHARE, 0)} of the highest of the cell's own curve, and of "
        "the highest of all settings; means over cells that finished. Memory is the most of any cell."
    )
    content = html.table(tables.cost_table(answer.main))
    return html.section("Convergence, stability, cost", html.paragraph(said, "quiet"), content)


def _clouds(answer):
    drawn = [html.figure(one) for one in pictures.cloud_pictures(answer.gathered, answer.main)]
    said = "The first cell of each setting; a point an image, a colour a person, the two directions of most variance."
    title = "Embeddings of people never trained on"
    return html.section(title, html.paragraph(said, "quiet"), html.grid("clouds", drawn)) if drawn else ""


def _lost(answer):
    content = tables.lost_table(answer.gathered)
    return html.section("Cells that did not finish", html.table(content))


def _how(answer, beside):
    said = {RESULTS: "a row a cell", SUMMARY: "a row a setting", "compare.html": "all runs side by side"}
    links = ", ".join(f"{html.link(name, name)} ({said[name]})" for name in beside)
    return html.section(
        "How it was measured",
        f"<p>Beside this page: {links}.</p>" if links else "",
        html.pairs(answer.versions),
        html.folded("The sweep", html.verbatim(answer.gathered.text)),
    )
