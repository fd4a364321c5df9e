"""The pull of a loss on one sample of class 0, everywhere in the plane, while the others of its batch stay."""

import numpy as np
import tensorflow as tf
from measure import F, each, state_of
from style import OTHER, OWN, QUIET

# Two more images of the own person, three of another and one of a third.
OTHERS = np.array([[0.9, 0.5], [0.55, 0.95], [-0.9, 0.6], [-0.6, 0.85], [-1.0, 0.2], [0.2, -1.0]], np.float32)
LABELS = np.array([0, 0, 0, 1, 1, 1, 2])
MARKS = {0: (OWN, "o"), 1: (OTHER, "s"), 2: ("#984ea3", "^")}


def field(axis, loss, plane_of=False, state=None, others=OTHERS, labels=LABELS, memory=None, shown=(), title=None):
    """Arrows of −∂L/∂x over the loss at x.

    Args:
        plane_of: whether lengths matter; otherwise only the direction does, and the circle is drawn.
        state: of the loss; None for the first values.
        others: what is in the batch besides x.
        labels: of x and the others.
        memory: labels and embeddings of former batches.
        shown: (point, label) of centres or proxies.
        title: of the panel.
    """
    wide, scale = 1.6, 1.5 if loss.name == "npairs" else 1.0
    known = state_of(loss, F.Sizes(2, 3, 3)) if state is None else state
    extra = {} if memory is None else {"memory": memory}

    def lost(x, y):
        batch = scale * tf.concat([[tf.stack([x, y])], others], axis=0)
        return tf.reduce_mean(loss.embedding_losses(tf.constant(labels), batch, known, **extra)[0])

    steps = np.linspace(-wide, wide, 22)
    x, y = np.meshgrid(steps, steps)
    losses, along, up = each(lost, x, y)
    axis.imshow(losses, extent=(-wide, wide) * 2, origin="lower", cmap="Greys", alpha=0.5, interpolation="bilinear")
    length = np.hypot(along, up)
    largest = np.quantile(length, 0.9) or 1.0
    shorten = np.where(length > 1e-3 * largest, 1.0 / np.maximum(length, largest), 0.0)
    every = slice(1, None, 2)
    arrows = [(-part * shorten)[every, every] for part in (along, up)]
    axis.quiver(x[every, every], y[every, every], *arrows, color="#d73027", width=0.008, scale=11, pivot="tail")
    for point, label in zip(others, labels[1:], strict=True):
        _mark(axis, point, label, mec="white")
    for label, point in zip(*memory, strict=True) if memory else ():
        _mark(axis, point, label, mfc="none")
    for point, label in shown:
        _mark(axis, point, label, mec="black", markersize=9)
    if not plane_of:
        turn = np.linspace(0, 2 * np.pi, 100)
        axis.plot(np.cos(turn), np.sin(turn), color=QUIET, lw=0.7)
    axis.set(title=title or "the pull on a green sample", aspect="equal", xticks=[], yticks=[])
    axis.set(xlim=(-wide, wide), ylim=(-wide, wide))


def _mark(axis, point, label, **style):
    colour, mark = MARKS[int(label)]
    axis.plot(*point, mark, color=colour, **{"markersize": 6, **style})
