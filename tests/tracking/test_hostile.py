"""Logs that are damaged, or made to do harm, are read as far as they make sense, and nothing outside is touched."""

import json
import math
import os
import random

import pytest

from tfface.tracking import read_runs, to_pandas

from .conftest import STARTED, assign, floats, lines

UPLOAD = {"type": "UploadFile", "path": ["figures", "roc"], "ext": "png", "file_path": None}
NASTY = [
    None, True, -1, 0, 2**63, 10**400, 1e308, -1e308, 1e-320, 0.5, "", " ", "a", "\x00", "\ud800", "../..",
    "/etc/passwd", "\x1b[2J", "</script>", "x" * 5000, [], {}, [[]], {"a": 1}, [None], ["a", 1],
    {"value": 1, "ts": 1, "step": 1}, float("nan"), float("inf"), float("-inf"),
]  # fmt: skip


def only(folder):
    (run,) = read_runs(folder)
    return run


@pytest.mark.parametrize("name", ["..", ".", "/etc/passwd", "../../../etc/passwd", "a\x00b", "x" * 5000, "\ud800", ""])
def test_a_file_outside_is_not_the_runs(disk, name):
    directory = disk.run({**UPLOAD, "tmp_file_name": name}, assign("a", "1"))
    (directory / "upload_path").mkdir()
    run = only(disk.folder)
    assert run.files == {} and run.parameters == {"a": "1"}


def test_a_file_that_was_not_copied_is_only_named(disk, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    disk.run({**UPLOAD, "file_path": str(secret)})
    run = only(disk.folder)
    assert run.files == {} and run.references == {"figures/roc": str(secret)}


@pytest.mark.parametrize("link", ["file", "folder"])
def test_links_do_not_lead_out(disk, tmp_path, link):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "roc.png").write_text("secret")
    directory = disk.run({**UPLOAD, "tmp_file_name": "roc.png"})
    upload = directory / "upload_path"
    if link == "file":
        upload.mkdir()
        (upload / "roc.png").symlink_to(tmp_path / "elsewhere" / "roc.png")
    else:
        upload.symlink_to(tmp_path / "elsewhere")
    run = only(disk.folder)
    assert all(str(tmp_path / "elsewhere") not in os.path.realpath(file) for file in run.files.values())


def test_pipes_devices_and_links_are_not_read(disk):
    directory = disk.run(assign("a", "1"))
    for name in ("last_put_version", "metadata.json"):
        (directory / name).unlink()
        (directory / name).symlink_to("/dev/zero")
    os.mkfifo(directory / "data-2.log")  # to open it would never end
    (directory / "data-3.log").symlink_to("/dev/zero")
    (directory / "data-4.log").mkdir()
    (directory / "tfface-tags.json").symlink_to("/dev/zero")
    assert only(disk.folder).parameters == {"a": "1"}


def test_a_giant_line_is_left_out(disk, monkeypatch):
    monkeypatch.setattr("tfface.tracking.disk._LONGEST", 1000)
    giant = json.dumps({"obj": assign("giant", "x" * 5000), "version": 1, "at": 1}) + "\n"
    disk.run(parts={"data-1.log": giant + "".join(lines([assign("a", "1")])) + giant[:-1]}, put=3)
    run = only(disk.folder)
    assert run.parameters == {"a": "1"} and run.unknown_operations == 1


def test_lines_of_another_system(disk):
    text = "".join(lines([assign("a", "1"), assign("b", "2")])).replace("\n", "\r\n")
    directory = disk.run(parts={"data-1.log": ""}, put=2)
    (directory / "data-1.log").write_bytes(text.encode())
    assert only(disk.folder).parameters == {"a": "1", "b": "2"}


def test_a_folder_with_a_hostile_name(tmp_path):
    offline = os.fsencode(tmp_path / "runs" / "offline")
    for name in (b"run__\xff\xfe__\xc2\xb2__x", b"run__\x1b[2J__1__\n", b"a__" * 60):
        directory = os.path.join(offline, name)
        os.makedirs(directory)
        with open(os.path.join(directory, b"data-1.log"), "w") as log:
            log.writelines(lines([assign("tfface/status", "running")]))
    assert [run.status for run in read_runs(tmp_path / "runs")] == ["crashed"] * 3


def test_mutated_logs(disk):
    fuzz(disk, rounds=300)


@pytest.mark.soak
def test_many_mutated_logs(disk):
    fuzz(disk, rounds=20_000)


def fuzz(disk, rounds):
    """Reads a run again and again with another mistake in it."""
    operations = [
        assign("tfface/run_id", "abc"),
        assign("tfface/started", "2026-11-21T12:00:00+00:00"),
        assign("sys/hostname", "elsewhere"),
        assign("sys/failed", True, "Bool"),
        assign("model/loss/margin", 0.5, "Float"),
        assign("when", 1_790_000_000_000, "Datetime"),
        floats("train/epoch/loss", [3.0, 2.0, 1.0], [1, 2, 3]),
        floats("train/epoch/loss_nonfinite", [0.0], [4]),
        {"type": "LogStrings", "path": ["monitoring", "1", "traceback"], "values": [{"value": "x", "ts": 1}]},
        {"type": "LogImages", "path": ["faces"], "values": [{"value": {"data": "x"}, "step": 1, "ts": 1.0}]},
        {"type": "AddStrings", "path": ["sys", "tags"], "values": ["orl"]},
        {"type": "RemoveStrings", "path": ["sys", "tags"], "values": ["old"]},
        {**UPLOAD, "tmp_file_name": "roc.png"},
        {"type": "UploadFileSet", "path": ["code"], "file_globs": ["/a/*"], "reset": "False"},
        {"type": "DeleteAttribute", "path": ["gone"]},
    ]  # fmt: skip
    directory = disk.run(*operations)
    (directory / "upload_path").mkdir()
    (directory / "upload_path" / "roc.png").write_bytes(b"png")
    names = ("data-1.log", "metadata.json", "last_put_version")
    whole = {name: (directory / name).read_bytes() for name in names}
    for seed in range(rounds):
        chance = random.Random(seed)
        name = chance.choices(names, (8, 1, 1))[0]
        (directory / name).write_bytes(chance.choice([damaged, replaced])(whole[name], chance))
        try:
            check(only(disk.folder))
        except Exception as error:
            raise AssertionError(f"seed {seed}, {name}: {(directory / name).read_bytes()!r}") from error
        (directory / name).write_bytes(whole[name])


def damaged(content, chance):
    """The bytes with some of them cut, changed, doubled or strange."""
    content = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.choice([0, 1, 1, 7, 200]))
        strange = [b"", b"\xff\xfe", b"\n", b"\x00", b"[" * 3000, b"1e999", b"9" * 4500, content[start:end] * 2]
        content[start:end] = chance.choice([chance.randbytes(3), *strange])
    return bytes(content)


def replaced(content, chance):
    """The lines with one value of the JSON of one of them replaced by one that makes no sense there."""
    written = content.splitlines()
    number = chance.randrange(len(written))
    node = document = {"line": json.loads(written[number])}
    key = "line"
    while isinstance(node[key], dict | list) and node[key] and chance.random() < 0.85:
        node = node[key]
        key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
    node[key] = chance.choice(NASTY)
    written[number] = json.dumps(document["line"]).encode()
    return b"\n".join(written) + b"\n"


def check(run):
    """What holds of every record."""
    json.dumps([run.id, run.name, run.status, run.reason, run.tags, run.parameters], ensure_ascii=False).encode()
    for path, series in run.series.items():
        path.encode()
        assert len(series.steps) == len(series.values) == len(series.times)
        assert all(math.isfinite(number) for number in (*series.steps, *series.times))
    for file in run.files.values():
        assert file.startswith(str(run.directory)) and os.path.isfile(file)
    assert run.duration is None or isinstance(run.duration, float)
    assert run.lost_operations >= 0 and (run.started is None or run.started.timestamp() < 1e12)
    assert STARTED and len(to_pandas([run])) == 1
    to_pandas([run], series="*")
