"""Series of images, which the client keeps inside the log."""

import base64
import io

import pytest
from PIL import Image

from tfface.tracking import read_runs
from tfface.tracking.page_data import page_data


def images(path, *contents):
    values = [
        {"value": {"data": data, "name": None, "description": None}, "step": None, "ts": 1.0} for data in contents
    ]
    return {"type": "LogImages", "path": path.split("/"), "values": values}


def picture(width):
    written = io.BytesIO()
    Image.new("RGB", (width, 4)).save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def test_the_last_picture_of_a_series_is_shown(disk):
    disk.run(images("train/faces", picture(5)), images("train/faces", picture(6), picture(7)))
    (run,) = read_runs(disk.folder)
    assert run.images == {"train/faces": picture(7)} and run.references == {"train/faces": "3 images"}
    shown = page_data([run])[0]["runs"][0]["pictures"]
    assert shown["train/faces"]["width"] == 7


@pytest.mark.parametrize("content", ["", "é", "a", base64.b64encode(b"no picture").decode()])
def test_what_is_no_picture_is_not_shown(disk, content):
    disk.run(images("faces", content))
    assert page_data(read_runs(disk.folder))[0]["runs"][0]["pictures"] == {}


def test_a_picture_that_is_no_text_is_an_operation_that_makes_no_sense(disk):
    disk.run(images("faces", 3))
    (run,) = read_runs(disk.folder)
    assert run.images == {} and run.unknown_operations == 1


def test_a_series_that_is_cleared_shows_nothing(disk):
    disk.run(images("faces", picture(3)), {"type": "ClearImageLog", "path": ["faces"]})
    (run,) = read_runs(disk.folder)
    assert run.images == {} and run.references == {}
