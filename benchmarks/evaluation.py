"""Protocols at scale against the matmul that they cannot avoid: all pairs of 13,233 images, a million distractors.

    python benchmarks/evaluation.py [--images 13233] [--distractors 1000000] [--probes 1000] [--dimension 512]
        [--rounds 5] [--check] [--only pairs|distractors]

Embeddings are drawn so that people are as many, and have as many images, as in LFW, and FAR=1e-6 is no trivial place
of the ROC. Everything runs in one process in interleaved rounds. The floor of all pairs is the float32 matmul of the
upper triangle, tile by tile, which is half of `embeddings @ embeddings.T`; that of the distractors is
`probes @ distractors.T`, tile by tile. Memory is what NumPy allocates above the embeddings, by `tracemalloc`, in a run
of its own. `--check` counts TAR@FAR=1e-6 once more from all cosines in float64.
"""

import argparse
import tracemalloc

import numpy as np
import timing

from tfface.evaluation import all_pairs, distractors

ROWS, COLUMNS = 1024, 8192
FAR = 1e-6
MOST = [530, 236, 144, 121, 109, 77, 71, 60, 55, 53, 52, 48, 44, 42, 41, 39, 37, 36, 35, 33]  # images of LFW's first


def main():
    arguments = _arguments()
    print("| what | floor s | s | × floor | quartiles | MB above the embeddings |\n|---|---|---|---|---|---|")
    if arguments.only != "distractors":
        _all_pairs(arguments)
    if arguments.only != "pairs":
        _distractors(arguments)


def _all_pairs(arguments):
    labels = people_like_lfw(arguments.images)
    embeddings = drawn(labels, arguments.dimension)
    calls = {
        f"TAR@FAR={FAR:g} of {arguments.images * (arguments.images - 1) // 2:,} pairs": lambda: all_pairs(
            embeddings, labels, [FAR]
        ),
        "the same, with the whole ROC, AUC and EER": lambda: all_pairs(embeddings, labels, [FAR], curve=True),
    }
    floor = lambda: _upper_triangle(embeddings)  # noqa: E731
    _table({"floor": floor, **calls}, arguments.rounds)
    print(f"\n{all_pairs(embeddings, labels, [FAR], curve=True)}\n")
    if arguments.check:
        expected = _counted(embeddings.astype(np.float64), labels)
        found = all_pairs(embeddings, labels, [FAR]).tar_at_far[FAR]
        print(f"counted in float64: {expected}, found: {found}, {'equal' if found == expected else 'NOT EQUAL'}\n")


def _distractors(arguments):
    random = np.random.default_rng(1)
    labels = np.repeat(np.arange(arguments.probes // 10 or 1), 10)[: arguments.probes]
    probes = drawn(labels, arguments.dimension)
    strangers = np.empty((arguments.distractors, arguments.dimension), np.float32)
    for start in range(0, len(strangers), 10_000):
        strangers[start : start + 10_000] = random.normal(size=strangers[start : start + 10_000].shape)
    what = f"rank-1 and TAR@FAR={FAR:g} of {len(probes):,} probes among {len(strangers):,} distractors"
    calls = {"floor": lambda: _products(probes, strangers), what: lambda: distractors(probes, labels, strangers, [FAR])}
    _table(calls, arguments.rounds)
    print(f"\n{distractors(probes, labels, strangers, [FAR])}")


def _table(calls, rounds):
    floor, *others = timing.compare(calls, rounds, seconds_a_round=0).items()
    for name, found in others:
        spread = "{:.2f}–{:.2f}".format(*found.spread)
        memory = f"{_memory(calls[name]) / 1e6:.0f}"
        cells = [name, f"{floor[1].median:.2f}", f"{found.median:.2f}", f"{found.ratio:.2f}", spread, memory]
        print("| " + " | ".join(cells) + " |", flush=True)


def _memory(call):
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def people_like_lfw(images):
    """Labels of so many images: few people with many, most with one or two."""
    sizes, total = list(MOST), sum(MOST)
    place = len(sizes)
    while total < images:
        place += 1
        sizes.append(max(1, round(450 / place**0.93 - 1)))
        total += sizes[-1]
    return np.repeat(np.arange(len(sizes)), sizes)[:images]


def drawn(labels, dimension):
    """Embeddings of which people share half of the direction."""
    random = np.random.default_rng(0)
    people = random.normal(size=(labels.max() + 1, dimension)).astype(np.float32)
    found = people[labels] * random.uniform(0.2, 0.9, (len(labels), 1)).astype(np.float32)
    return found + random.normal(size=found.shape).astype(np.float32)


def _upper_triangle(embeddings):
    memory = np.empty(ROWS * COLUMNS, np.float32)
    for top in range(0, len(embeddings), ROWS):
        _row_of_tiles(embeddings[top : top + ROWS], embeddings[top:], memory)


def _products(probes, strangers):
    _row_of_tiles(probes, strangers, np.empty(len(probes) * COLUMNS, np.float32))


def _row_of_tiles(rows, others, memory):
    for left in range(0, len(others), COLUMNS):
        columns = others[left : left + COLUMNS]
        np.matmul(rows, columns.T, out=memory[: len(rows) * len(columns)].reshape(len(rows), len(columns)))


def _counted(embeddings, labels):
    """TAR@FAR from all cosines in float64, sorted where that is needed."""
    points = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    highest, genuine, impostors = [], [], 0
    for row in range(len(points) - 1):
        cosines = np.round(points[row + 1 :] @ points[row], 12)
        same = labels[row + 1 :] == labels[row]
        genuine.append(cosines[same])
        impostors += int((~same).sum())
        others = cosines[~same]
        highest.append(others[others > 0.15])
    ranked = np.sort(np.concatenate(highest))[::-1]
    genuine = np.concatenate(genuine)
    return float((genuine > ranked[int(FAR * impostors)]).sum() / len(genuine))


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=13_233)
    parser.add_argument("--distractors", type=int, default=1_000_000)
    parser.add_argument("--probes", type=int, default=1000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", choices=("pairs", "distractors"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
