"""A model on the disk judged by the commands: pairs of both layouts, folders, IJB; shards that survive a kill."""

import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tensorflow import keras

import tfface
from tfface import evaluation as judge
from tfface.cli import main
from tfface.serving import (
    Embedder,
    Wanted,
    embed_to,
    evaluate_ijb,
    evaluate_pairs,
    evaluate_people,
    load_embeddings,
    read_ijb,
)

SIZE, PEOPLE, PHOTOS = 12, 8, 4


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Eight people in LFW's layout, lists of pairs of both layouts, a verification set of InsightFace, and a model."""
    root = tmp_path_factory.mktemp("world")
    random = np.random.default_rng(0)
    names = [f"Person_{chr(65 + number)}" for number in range(PEOPLE)]
    for name in names:
        (root / "lfw" / name).mkdir(parents=True)
        look = random.integers(0, 206, (SIZE, SIZE, 3))
        for photo in range(1, PHOTOS + 1):
            pixels = (look + random.integers(0, 50, look.shape)).astype(np.uint8)
            Image.fromarray(pixels).save(root / "lfw" / name / f"{name}_{photo:04d}.png")
    same = [f"{name} {first} {first + 1}" for name in names for first in (1, 3)]
    other = [
        f"{name} {1 + i % 4} {names[(i + step) % PEOPLE]} {step}" for i, name in enumerate(names) for step in (1, 2)
    ]
    folds = [[*same[8 * fold : 8 * fold + 8], *other[8 * fold : 8 * fold + 8]] for fold in range(2)]
    (root / "pairs.txt").write_text("\n".join(["2\t8", *("\t".join(line.split()) for fold in folds for line in fold)]))
    paths = [f"{name}/{name}_{one:04d}.png {name}/{name}_{one + 1:04d}.png 1" for name in names for one in (1, 3)]
    paths += [f"{a}/{a}_0001.png {b}/{b}_0002.png 0" for a, b in zip(names, [*names[1:], names[0]], strict=True)] * 2
    (root / "agedb.txt").write_text("\n".join(paths[i // 2 + 16 * (i % 2)] for i in range(32)))
    faces = tfface.data.lfw(root / "lfw", root / "pairs.txt")
    tfface.data.write_bin(faces, root / "lfw.bin")
    layers = [keras.Input((SIZE, SIZE, 3)), keras.layers.Flatten(), keras.layers.Dense(16, use_bias=False)]
    backbone = keras.Sequential(layers)
    backbone.layers[-1].set_weights([random.normal(size=(3 * SIZE * SIZE, 16))])
    tfface.FaceModel(backbone, tfface.layers.CosineHead(4)).save(root / "model.keras")
    keras.Sequential([*layers, tfface.layers.CosineHead(4)]).save(root / "head.keras")
    return root


@pytest.fixture(scope="module")
def embedder(world):
    return Embedder(world / "model.keras")


@pytest.fixture
def tfface_command(world, tmp_path, monkeypatch, capsys):
    """`tfface_command("evaluate", …)`: the exit code, what was printed, and the last line of stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        return code, printed.out, (printed.err.splitlines() or [""])[-1]

    return run


def test_pairs_of_both_layouts_and_of_a_bin(world, embedder):
    """Each against the protocol on embeddings that were computed here."""
    sets = {
        "pairs.txt": tfface.data.lfw(world / "lfw", world / "pairs.txt"),
        "agedb.txt": tfface.data.pairs_file(world / "agedb.txt", world / "lfw", folds=4),
        "lfw.bin": tfface.data.verification_bin(world / "lfw.bin", folds=2),
    }
    for name, pairs in sets.items():
        found = evaluate_pairs(embedder, pairs, Wanted(far=(0.1,))).results["verification"]
        vectors = embedder(pairs.images())
        first, second, same = pairs.pairs
        expected = judge.verification(vectors[first], vectors[second], same, pairs.folds, (0.1,))
        assert found.accuracy == expected.accuracy and found.tar_at_far == expected.tar_at_far, name
        assert found.thresholds == expected.thresholds and len(found.thresholds) == len(np.unique(pairs.folds))
        assert found.fingerprint.flip == "sum" and found.fingerprint.data == pairs.fingerprint()[:16]
    # who is who is known in LFW's layout, and intervals are then by identity
    assert evaluate_pairs(embedder, sets["pairs.txt"]).results["verification"].pairs.people is not None


def test_people(world, embedder):
    faces = tfface.data.folder(world / "lfw")
    found = evaluate_people(embedder, faces, Wanted(far=(0.1,)))
    vectors = embedder(faces.images())
    assert found.results["all pairs"].tar_at_far == judge.all_pairs(vectors, faces.labels, (0.1,)).tar_at_far
    assert found.results["retrieval"].figures() == judge.retrieval(vectors, faces.labels).figures()
    assert found.results["verification"].genuine == found.results["verification"].impostors == 48
    rows = {(protocol, figure): value for protocol, figure, value, *_ in found.rows()}
    assert rows["identification", "rank-1"] == found.results["identification"].rank1
    json.dumps(found.to_dict())


def test_evaluate_prints_a_table_and_writes_a_page(world, tfface_command, tmp_path):
    words = ("evaluate", world / "model.keras", "--pairs", world / "pairs.txt", "--images", world / "lfw")
    code, out, _ = tfface_command(*words, "--far", "0.1", "--json", "found.json", "-o", "pages/lfw.html")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "protocol\tfigure\tvalue\t95 % interval" and lines[1].startswith("verification\taccuracy\t")
    assert any(line.startswith("verification\ttar@far=0.1\t") for line in lines)
    assert lines[-1] == (tmp_path / "pages" / "lfw.html").as_uri()
    page = (tmp_path / "pages" / "lfw.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page and "<!--" not in page and not re.search(r"(?:src|href)=", page)
    assert json.loads(Path("found.json").read_text())["results"]["verification"]["genuine"] == 16


@pytest.mark.parametrize("source", ["--folder", "--bin"])
def test_other_sources(world, tfface_command, source):
    path = world / ("lfw" if source == "--folder" else "lfw.bin")
    code, out, _ = tfface_command("evaluate", world / "model.keras", source, path, "--flip", "concatenate")
    assert code == 0 and "verification\tauc\t" in out


def test_groups_and_faces_on_request(world, tfface_command, tmp_path):
    people = [path.name for path in sorted((world / "lfw").iterdir())]
    table = ["identity,age,hair", *(f"{name},{'old' if i < 4 else 'young'},dark" for i, name in enumerate(people))]
    (tmp_path / "people.csv").write_text("\n".join(table))
    words = ("evaluate", world / "model.keras", "--folder", world / "lfw", "--groups", "people.csv", "--far", "0.1")
    code, out, _ = tfface_command(*words, "--show-faces", "3")
    assert code == 0 and "by age\told/fnmr\t" in out and "by age\tgap in fmr\t" in out
    assert "by hair\tdark/accuracy\t" in out and "by hair\tgap in accuracy\t0.00%" in out
    found = evaluate_people(Embedder(world / "model.keras"), tfface.data.folder(world / "lfw"), Wanted(show_faces=3))
    sizes = {Image.open(io.BytesIO(png)).size for png in found.pictures.values()}
    assert sizes == {(3 * (SIZE + 4), 2 * (SIZE + 4))} and len(found.pictures) == 2
    (tmp_path / "people.csv").write_text("\n".join(table[:-2]))
    code, out, line = tfface_command(*words)
    assert code == 2 and "people.csv: lacks 2 of the set's identity names: Person_G, Person_H" in line
    (tmp_path / "people.csv").write_text("name,age\n")
    code, out, line = tfface_command(*words)
    assert code == 2 and "expected a heading `identity,…` or `image,…`, got 'name,age'" in line


def test_missing_images(world, tfface_command, tmp_path):
    (tmp_path / "pairs.txt").write_text((world / "pairs.txt").read_text() + "\nPerson_A\t1\t99\nGhost\t1\t2\n")
    words = ("evaluate", world / "model.keras", "--pairs", "pairs.txt", "--images", world / "lfw")
    (tmp_path / "pairs.txt").write_text((world / "pairs.txt").read_text().replace("Person_B\t1\t2", "Ghost\t8\t9"))
    code, out, line = tfface_command(*words)
    assert code == 2 and out == "" and "2 of " in line and "Ghost/Ghost_0008" in line and "Ghost/Ghost_0009" in line
    code, out, _ = tfface_command(*words, "--skip-missing")
    assert code == 0 and "skipped 2 images" in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--pairs", "pairs.txt"], "--images: expected the folder"),
        (["--bin", "lfw.bin", "--images", "lfw"], "--images: expected the folder"),
        (["--bin", "nothing.bin"], "nothing.bin: "),
        (["--folder", "nothing"], "nothing"),
        (["--ijb", "lfw"], "expected ijbc_face_tid_mid.txt"),
        (["--folder", "lfw", "--far", "2"], "far: expected rates above 0"),
        (["--ijb", "lfw", "--groups", "x.csv"], "--groups, --show-faces: expected pairs of images"),
        (["--folder", "lfw", "--groups", "x.csv"], "x.csv: No such file"),
        ([], "one of the arguments --pairs --cfp --bin --folder --ijb is required"),
    ],
)
def test_mistakes_are_told_in_one_line(world, tfface_command, monkeypatch, words, told):
    monkeypatch.chdir(world)
    code, out, line = tfface_command("evaluate", "model.keras", *words)
    assert code == 2 and out == "" and told in line


def test_models_without_embeddings(world, tfface_command):
    code, _, line = tfface_command("evaluate", world / "head.keras", "--folder", world / "lfw")
    assert code == 2 and "expected a model that gives embeddings (N, D)" in line
    code, _, line = tfface_command("embed", world / "pairs.txt", world / "lfw", "-o", "out")
    assert code == 2 and "not a model that can be loaded" in line


def write_ijb(root):
    """Eight people, two templates each of two photographs, in the layout of IJB-C; faces stand where landmarks say."""
    random = np.random.default_rng(0)
    (root / "meta").mkdir()
    (root / "loose_crop").mkdir()
    faces, points = [], []
    for image in range(1, 4 * PEOPLE + 1):
        person, template = (image - 1) // 4, (image - 1) // 2
        look = np.random.default_rng(person).integers(0, 200, (14, 14, 3)).repeat(8, 0).repeat(8, 1)
        canvas = np.zeros((160, 160, 3), np.uint8)
        x, y = random.integers(0, 48, 2)
        canvas[y : y + 112, x : x + 112] = look + random.integers(0, 50, look.shape)
        Image.fromarray(canvas).save(root / "loose_crop" / f"{image}.jpg", quality=95)
        faces.append(f"{image}.jpg {template} {image}")
        landmarks = (tfface.data.TEMPLATE + np.array([x, y])).ravel()
        points.append(f"{image}.jpg {' '.join(f'{value:.3f}' for value in landmarks)} 0.99")
    first, second = np.triu_indices(2 * PEOPLE, 1)
    pairs = [f"{a} {b} {int(a // 2 == b // 2)}" for a, b in zip(first, second, strict=True)]
    (root / "meta" / "ijbc_face_tid_mid.txt").write_text("\n".join(faces))
    (root / "meta" / "ijbc_name_5pts_score.txt").write_text("\n".join(points))
    (root / "meta" / "ijbc_template_pair_label.txt").write_text("\n".join(pairs))
    heading = "TEMPLATE_ID,SUBJECT_ID,FILENAME"
    for name, templates in {
        "gallery_G1": range(0, 8, 2),
        "gallery_G2": range(8, 16, 2),
        "probe_mixed": range(1, 16, 2),
    }.items():
        rows = [f"{template},{template // 2},x.jpg" for template in templates]
        (root / "meta" / f"ijbc_1N_{name}.csv").write_text("\n".join([heading, *rows]))
    return root


def test_ijb(embedder, world, tmp_path, tfface_command):
    root = write_ijb(tmp_path)
    found = evaluate_ijb(embedder, read_ijb(root), Wanted(far=(0.1,)))
    assert found.results["1:1"].genuine == PEOPLE and found.results["1:1"].tar_at_far[0.1] == 1
    assert found.results["1:N"].rank[1] == 1 and len(found.results["1:N"].galleries) == 2
    assert found.results["1:1"].fingerprint.alignment == "five points, 12×12"
    (root / "loose_crop" / "3.jpg").unlink()
    code, _, line = tfface_command("evaluate", world / "model.keras", "--ijb", root)
    assert code == 2 and "3.jpg: No such file" in line
    code, out, _ = tfface_command("evaluate", world / "model.keras", "--ijb", root, "--skip-missing")
    assert code == 0 and "skipped 1 images" in out and "1:N\trank-1\t100.00%" in out


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
