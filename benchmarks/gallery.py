"""Searching a gallery: one query and batches of 100, exact, against FAISS' flat index in the same run.

    python benchmarks/gallery.py [--faces 1000000] [--size 512] [--people 200000] [--queries 200]

Random embeddings at length 1. Both searches use all cores and take turns: what else the machine does slows both.
FAISS gives the five nearest faces, the gallery the five nearest people and their names.
"""

import argparse
import tempfile
import time
from pathlib import Path

import faiss  # pip install faiss-cpu
import numpy as np
import psutil

from tfface.serving import Gallery

K = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=1_000_000)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=200)
    arguments = parser.parse_args()
    random = np.random.default_rng(0)
    probes = random.normal(size=(max(arguments.queries, 500), arguments.size)).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = filled(Path(folder) / "gallery", arguments, random)
        opened, gallery = timed(lambda: Gallery(path))
        print(f"opening it, with the checksums of all files: {opened:.1f} s")
        index = faiss.IndexFlatIP(arguments.size)
        for part in gallery._parts:
            index.add(np.ascontiguousarray(part))
        probes /= np.linalg.norm(probes, axis=1, keepdims=True)
        ways = {
            "tfface": lambda rows: gallery.search(rows, K),
            "FAISS flat": lambda rows: index.search(rows, K),
        }
        print("\n| | one query, p50 | p99 | queries/s in batches of 100 |\n|---|---|---|---|")
        single = taking_turns(ways, np.array_split(probes[: arguments.queries], arguments.queries))
        batches = taking_turns(ways, np.array_split(probes[:500], 5))
        for name in ways:
            low, high = np.percentile(single[name], [50, 99])
            print(f"| {name} | {1e3 * low:.0f} ms | {1e3 * high:.0f} ms | {100 / np.median(batches[name]):.0f} |")
        for what, times in (("one query", single), ("batches of 100", batches)):
            ratios = np.array(times["tfface"]) / np.array(times["FAISS flat"])
            low, middle, high = np.percentile(ratios, [25, 50, 75])
            print(f"{what}: tfface takes {middle:.2f} of FAISS' time (half of the ratios: {low:.2f} to {high:.2f})")
        before = psutil.Process().memory_info().rss
        gallery.search(probes[:100], K)
        grown = psutil.Process().memory_info().rss - before
        print(f"memory that a batch of 100 leaves behind: {grown / 2**20:.0f} MB")


def filled(path, arguments, random):
    gallery = Gallery.create(path, arguments.size)
    names = [f"person {person}" for person in random.integers(arguments.people, size=arguments.faces)]
    for start in range(0, arguments.faces, 2**17):
        rows = names[start : start + 2**17]
        gallery.add(rows, random.normal(size=(len(rows), arguments.size)))
    return path


def taking_turns(ways, blocks):
    """Seconds of each way for each block of probes."""
    for search in ways.values():
        search(blocks[0])  # the first one touches all memory
    taken = {name: [] for name in ways}
    for block in blocks:
        for name, search in ways.items():
            taken[name].append(timed(lambda search=search, block=block: search(block))[0])
    return taken


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
