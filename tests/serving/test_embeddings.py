"""Embeddings of a set in shards that survive a kill."""

import os
import signal
import stat
import subprocess
import sys
import time

import numpy as np
import pytest

import tfface
from tfface.cli import main
from tfface.serving import (
    Embedder,
    embed_to,
    evaluate_people,
    load_embeddings,
)


def test_shards(embedder, world, tmp_path):
    faces = tfface.data.folder(world / "lfw")
    told = embed_to(tmp_path / "e", embedder, faces, shard=10)
    assert told["images"] == len(faces) and told["skipped"] == 0
    files = sorted(path.name for path in (tmp_path / "e").iterdir())
    assert files == [
        "00000.jsonl",
        "00000.npy",
        "00001.jsonl",
        "00001.npy",
        "00002.jsonl",
        "00002.npy",
        "00003.jsonl",
        "00003.npy",
        "about.json",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "e").iterdir()} == {0o600}
    vectors, keys, who = load_embeddings(tmp_path / "e")
    np.testing.assert_allclose(vectors, embedder(faces.images()), rtol=1e-4, atol=1e-4)
    assert keys == list(faces.keys) and who == [faces.identities[label] for label in faces.labels]


def test_shards_are_gone_on_with_and_belong_to_one_model(embedder, world, tmp_path):
    faces = tfface.data.folder(world / "lfw")
    embed_to(tmp_path / "e", embedder, faces, shard=10)
    (tmp_path / "e" / "00001.npy").unlink()  # killed before it was there
    before = (tmp_path / "e" / "00000.npy").stat().st_mtime_ns
    seen = []
    assert embed_to(tmp_path / "e", embedder, faces, shard=10, progress=seen.append)["images"] == len(faces)
    assert sum(seen) == len(faces) and (tmp_path / "e" / "00000.npy").stat().st_mtime_ns == before
    for other, told in (
        ((Embedder(world / "model.keras", flip=False), faces, 10), "another flip"),
        ((embedder, faces.subset(range(20)), 10), "another set, images"),
        ((embedder, faces, 11), "another shard"),
    ):
        with pytest.raises(ValueError, match=told):
            embed_to(tmp_path / "e", *other[:2], shard=other[2])
    (tmp_path / "e" / "00002.npy").unlink()
    with pytest.raises(ValueError, match="expected all shards"):
        load_embeddings(tmp_path / "e")


def test_unreadable_images_are_left_out(embedder, world, tmp_path):
    folder = tmp_path / "faces"
    for person in sorted((world / "lfw").iterdir())[:3]:
        (folder / person.name).mkdir(parents=True)
        for photo in person.iterdir():
            (folder / person.name / photo.name).write_bytes(photo.read_bytes())
    (folder / "Person_B" / "Person_B_0002.png").write_bytes(b"no image")
    faces = tfface.data.folder(folder)
    with pytest.raises(ValueError, match="Person_B_0002"):
        embed_to(tmp_path / "e", embedder, faces)
    told = embed_to(tmp_path / "s", embedder, faces, on_error="skip", shard=5)
    assert (told["images"], told["skipped"]) == (11, 1)
    assert "Person_B_0002" in (tmp_path / "s" / "00001.skipped").read_text()
    assert len(load_embeddings(tmp_path / "s")[0]) == 11
    found = evaluate_people(embedder, faces, on_error="skip")
    assert len(found.skipped) == 1 and found.results["retrieval"].images == 11


def test_a_killed_embed_goes_on(world, tmp_path):
    """A process that is killed at any moment leaves whole shards, and the next one does the rest."""
    script = "import sys; from tfface.cli import main; sys.exit(main())"
    words = ["embed", str(world / "model.keras"), str(world / "lfw"), "-o", str(tmp_path / "e"), "--shard", "1"]
    process = subprocess.Popen(
        [sys.executable, "-c", script, *words], stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        end = time.monotonic() + 120
        while not (tmp_path / "e" / "00002.npy").exists() and time.monotonic() < end:
            time.sleep(0.005)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    done = len(list((tmp_path / "e").glob("*.npy")))
    assert done >= 3
    assert main([*words, "--flip", "none"]) == 0
    faces = tfface.data.folder(world / "lfw")
    expected = Embedder(world / "model.keras", flip=False)(faces.images())
    vectors, keys, _ = load_embeddings(tmp_path / "e")
    np.testing.assert_allclose(vectors, expected, rtol=1e-4, atol=1e-4)
    assert keys == list(faces.keys)
