"""The critical difference picture: average ranks on a scale, and bars over those that are not told apart."""

from __future__ import annotations

from ...statistics.blocks import Ranking
from .svg import Svg, shortened, width_of

_WIDTH, _ROW, _LONGEST = 640, 20, 26


def critical_picture(found: Ranking) -> Svg:
    """Average ranks as Demšar draws them, the best on the left.

    Args:
        found: with a test.

    Reference:
        Demšar: Statistical Comparisons of Classifiers over Multiple Data Sets, JMLR 7, 2006.
    """
    test, count = found.test, len(found.labels)
    names = [f"{shortened(label, _LONGEST)} {rank:.2f}" for label, rank in zip(found.labels, test.ranks, strict=True)]
    side = max(map(width_of, names)) + 14
    left, right = side, _WIDTH - side
    cliques = test.cliques()
    scale = 58
    labels = scale + 22 + 9 * len(cliques)
    half = (count + 1) // 2
    distance = f"critical difference {test.critical_difference:.2f}"
    said = f"Average ranks of {count} losses over {test.blocks} blocks, {distance}"
    svg = Svg(_WIDTH, labels + _ROW * half + 4, said)

    def at(rank):
        return left + (rank - 1) / (count - 1) * (right - left)

    svg.line(left, scale, right, scale, "axis")
    for rank in range(1, count + 1):
        svg.line(at(rank), scale - 5, at(rank), scale, "axis")
        svg.text(at(rank), scale - 9, str(rank), anchor="middle")
    reach = min(test.critical_difference, count - 1)
    for x in (left, at(1 + reach)):
        svg.line(x, 18, x, 26, "axis")
    svg.line(left, 22, at(1 + reach), 22, "axis")
    wide = "" if reach == test.critical_difference else ", wider than the scale"
    svg.text(left, 12, distance + wide)
    order = sorted(range(count), key=lambda one: test.ranks[one])
    for place, one in enumerate(order):
        best_half = place < half
        y = labels + _ROW * (place if best_half else count - 1 - place)
        edge = left - 8 if best_half else right + 8
        x = at(test.ranks[one])
        svg.add("polyline", points=f"{x:.1f},{scale} {x:.1f},{y:.1f} {edge:.1f},{y:.1f}", class_="leader")
        svg.text(edge + (-4 if best_half else 4), y + 4, names[one], "strong", "end" if best_half else "start")
    for place, clique in enumerate(cliques):
        y = scale + 10 + 9 * place
        svg.line(at(test.ranks[clique[0]]) - 3, y, at(test.ranks[clique[-1]]) + 3, y, "clique")
    return svg
