"""Draws the figure of each loss into docs/losses/images: python docs/make/losses/pictures.py [LOSS ...]"""

import os
import sys
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import class_panels
import other_panels
import point_panels
import triple_panels
import view_panels
from style import save

import tfface

IMAGES = Path(__file__).parents[2] / "losses" / "images"
# Arguments under which a picture shows something, where there is no default or it is for embeddings of thousands.
SHOWN = {
    "center": {"num_classes": 3},
    "range": {"alpha": 0.5, "beta": 0.5, "margin": 4.0},
    "minimum_margin": {"num_classes": 3, "margin": 4.0, "centers": "batch"},
    "proxy_nca": {"num_classes": 3},
    "proxy_nca_pp": {"num_classes": 3},
    "proxy_anchor": {"num_classes": 3},
    "soft_triple": {"num_classes": 3, "sub_centers": 2},
    "cross_batch_memory": {"loss": "contrastive", "size": 8},
}


def picture(name):
    make = partial(tfface.losses.get, name, **SHOWN.get(name, {}))
    loss = make()
    if name == "cross_batch_memory":
        return other_panels.memory(loss)
    if name == "von_mises_fisher":
        return other_panels.certainty(loss)
    if loss.kind == "class":
        return class_panels.draw(loss, make)
    if loss.kind == "two_view":
        return view_panels.draw(loss, make)
    if name == "center" or name in point_panels.VARIED:
        return point_panels.draw(name, loss, make)
    return triple_panels.draw(loss)


def main(names):
    for name in names or tfface.losses.names():
        save(picture(name), IMAGES / f"{name}.png")
        print(f"{name}: {(IMAGES / f'{name}.png').stat().st_size / 1024:.0f} KB", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
