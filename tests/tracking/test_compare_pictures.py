"""What pictures of the runs get into the comparison page."""

import base64
import io

import numpy as np
from PIL import Image

from tfface.tracking.page_data import page_data


def picture(folder, name="roc.png", size=(800, 600), mode="RGB"):
    file = folder / name
    Image.new(mode, size, "white" if mode != "RGBA" else (255, 0, 0, 90)).save(file)
    return str(file)


def shown(source):
    assert source.startswith("data:image/webp;base64,")
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2])))


def test_pictures_become_small_ones(record):
    run = record()
    run.files.update({
        "figures/roc": picture(run.directory),
        "figures/clear": picture(run.directory, "clear.png", (20, 30), "RGBA"),
        "model/summary": str(run.directory / "summary.txt"),
    })  # fmt: skip
    found = page_data([run])[0]["runs"][0]["pictures"]
    assert set(found) == {"figures/roc", "figures/clear"}
    assert (found["figures/roc"]["width"], found["figures/roc"]["height"]) == (720, 540)
    assert shown(found["figures/roc"]["source"]).size == (720, 540)
    assert shown(found["figures/clear"]["source"]).mode == "RGBA"


def test_only_pictures_of_the_run_itself_are_taken(record, tmp_path):
    run = record()
    outside = picture(tmp_path, "private.png")
    link = run.directory / "link.png"
    link.symlink_to(outside)
    broken = run.directory / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    text = run.directory / "text.png"
    text.write_text("<svg onload=alert(1)>")
    run.files.update({
        "a": outside, "b": str(link), "c": f"{run.directory}/../private.png", "d": str(broken), "e": str(text),
        "f": "/nowhere/x.png", "g": "\x00.png", "h": "3 images", "i": str(run.directory / "missing.png"),
    })  # fmt: skip
    assert page_data([run])[0]["runs"][0]["pictures"] == {}


def test_a_picture_of_too_many_pixels_is_not_unpacked(record):
    run = record()
    run.files["figures/bomb"] = picture(run.directory, "bomb.png", (8000, 7000), "L")
    assert page_data([run])[0]["runs"][0]["pictures"] == {}


def test_pictures_take_no_more_than_their_share(record, monkeypatch):
    monkeypatch.setattr("tfface.tracking.page_files._PICTURES", 30_000)
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    runs = [record(key=f"{i}") for i in range(4)]
    for run in runs:
        Image.fromarray(noise).save(run.directory / "noise.png")
        run.files["figures/noise"] = str(run.directory / "noise.png")
    data, _ = page_data(runs)
    kept = sum(len(run["pictures"]) for run in data["runs"])
    assert 1 <= kept < 4 and data["pictures_left_out"] == 4 - kept
