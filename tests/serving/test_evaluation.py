"""A model on the disk judged by the commands: pairs of both layouts, folders, IJB."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tfface
from tfface import evaluation as judge
from tfface.serving import (
    Embedder,
    Wanted,
    evaluate_ijb,
    evaluate_pairs,
    evaluate_people,
    read_ijb,
)

SIZE, PEOPLE = 12, 8  # of the world


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
