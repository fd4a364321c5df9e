"""Embeddings of a few people never trained on, as points in the plane: one picture a loss, a colour a person."""

from __future__ import annotations

import numpy as np

from .svg import Svg, element, series

_SIDE, _POINTS = 200, 300


def cloud(said: str, plane: np.ndarray, labels: np.ndarray) -> Svg:
    """Points of one cell, both axes to the same scale; of many points, every n-th.

    Args:
        said: what it shows.
        plane: points (N, 2).
        labels: whose they are (N,).
    """
    svg = Svg(_SIDE, _SIDE, said)
    every = max(1, -(-len(plane) // _POINTS))
    people = {person: place for place, person in enumerate(np.unique(labels).tolist())}
    plane = np.asarray(plane, np.float64)
    middle = (plane.max(axis=0) + plane.min(axis=0)) / 2
    reach = float(np.abs(plane - middle).max()) or 1.0
    spots = (plane - middle) / reach * (_SIDE / 2 - 8) * [1, -1] + _SIDE / 2
    for person, place in people.items():
        dots = [
            element("circle", cx=float(x), cy=float(y), r=2.4, class_="dot cloud")
            for x, y in spots[labels == person][::every]
        ]
        svg.add("g", "".join(dots), class_=series(place).split()[0])
    return svg
