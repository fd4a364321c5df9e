"""Writers that are killed or come at the same time, in processes of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tfface.serving import Gallery
from tfface.serving.gallery.lock import writing
from tfface.serving.gallery.versions import read_version

ROOT = Path(__file__).parents[2]
WRITER = """
import sys, numpy as np
from tfface.serving import Gallery
path, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
gallery = Gallery(path)
print("ready", flush=True)
sys.stdin.readline()
for person in range(first, first + count):
    gallery.add([f"p{person}"] * 2, np.random.default_rng(person).normal(size=(2, 4)), wait=60)
    if person % 3 == 0:
        gallery.remove([f"p{person}"], wait=60)
    print(person, flush=True)
"""


def start(path, first, count):
    command = [sys.executable, "-c", WRITER, str(path), str(first), str(count)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def begin(*processes):
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()


def test_two_writers_lose_nothing_and_readers_see_whole_versions(tmp_path):
    Gallery.create(tmp_path / "g", 4)
    writers = start(tmp_path / "g", 0, 20), start(tmp_path / "g", 100, 20)
    begin(*writers)
    seen = 0
    while any(writer.poll() is None for writer in writers):
        gallery = Gallery(tmp_path / "g")
        assert len(gallery) == 2 * len(gallery.names)
        assert gallery.version >= seen
        seen = gallery.version
    assert [writer.wait() for writer in writers] == [0, 0]
    people = [person for first in (0, 100) for person in range(first, first + 20) if person % 3]
    assert Gallery(tmp_path / "g").names == sorted(f"p{person}" for person in people)


@pytest.mark.parametrize("number", range(3))
def test_a_killed_writer_leaves_a_whole_gallery(tmp_path, number):
    Gallery.create(tmp_path / "g", 4)
    writer = start(tmp_path / "g", 0, 400)
    begin(writer)
    done = [int(writer.stdout.readline()) for _ in range(3 + number)]
    writer.send_signal(signal.SIGKILL)
    done += [int(line) for line in writer.stdout.read().split()]
    gallery = Gallery(tmp_path / "g")
    kept = {f"p{person}" for person in done if person % 3}
    under_way = f"p{done[-1] + 1}"
    assert set(gallery.names) in (kept, kept | {under_way})
    gallery.add(["somebody"], np.ones((1, 4)))  # nothing of the killed one stands in the way
    needed = {"lock"}
    for version in gallery.versions:
        needed |= {f"version-{version:08d}.json"}
        needed |= {file for segment in read_version(gallery.path, version).segments for file in segment[:2]}
    assert {path.name for path in gallery.path.iterdir()} == needed


def test_a_writer_that_waits_too_long_says_who_writes(tmp_path):
    gallery = Gallery.create(tmp_path / "g", 4)
    with (
        writing(gallery.path, 0),
        pytest.raises(ValueError, match=rf"another process is writing \(process {os.getpid()}\)"),
    ):
        gallery.add(["x"], np.ones((1, 4)), wait=0.1)
    gallery.add(["x"], np.ones((1, 4)), wait=0)
