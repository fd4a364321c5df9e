"""Batches from files: the pixels of those in memory, resumed anywhere, whatever becomes of the files."""

import io
import logging

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from tensorflow import keras

from tfface import data
from tfface.data import ImageReader, training_batches, training_stream
from tfface.data.quick import is_quick

SIZE = (16, 12)


def photograph(seed, mode="RGB", size=SIZE):
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (4, 3, 3), dtype=np.uint8))
    return small.resize(size[::-1], Image.Resampling.BICUBIC).convert(mode)


def encoded(image, kind="JPEG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def turned():
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    return encoded(photograph(1), exif=exif)


def torn_table(jpeg):
    """A JPEG that looks as it should up to its Huffman tables, which are nonsense."""
    place = jpeg.index(b"\xff\xc4") + 5
    return jpeg[:place] + b"\xff" * 16 + jpeg[place + 16 :]


@pytest.fixture
def jpegs(tmp_path):
    """Four people with five photographs each."""
    for row in range(20):
        path = tmp_path / f"p{row // 5}" / f"{row % 5}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(encoded(photograph(row), quality=90))
    return tmp_path


@pytest.fixture
def mixed(tmp_path):
    """One photograph of every kind in each of two people's folders."""
    kinds = {
        "colour.jpg": encoded(photograph(0)),
        "grey.jpg": encoded(photograph(1, "L")),
        "progressive.jpg": encoded(photograph(2), progressive=True, subsampling=0),
        "turned.jpg": turned(),
        "cmyk.jpg": encoded(photograph(3, "CMYK")),
        "colour.png": encoded(photograph(4), "PNG"),
        "grey.png": encoded(photograph(5, "L"), "PNG"),
        "palette.png": encoded(photograph(6, "P"), "PNG"),
        "deep.png": encoded(Image.fromarray(np.arange(192, dtype=np.uint16).reshape(SIZE) * 300), "PNG"),
        "windows.bmp": encoded(photograph(7), "BMP"),
        "grey.pgm": encoded(photograph(8, "L"), "PPM"),
        "web.webp": encoded(photograph(9), "WEBP", lossless=True),
    }
    for person in "ab":
        (tmp_path / person).mkdir()
        for name, content in kinds.items():
            (tmp_path / person / name).write_bytes(content)
    return tmp_path


def values(batches, count=None):
    return [[part.numpy() for part in tf.nest.flatten(batch)] for batch in batches.take(-1 if count is None else count)]


def assert_same(one, other):
    for batch, twin in zip(one, other, strict=True):
        for part, its in zip(batch, twin, strict=True):
            np.testing.assert_array_equal(part, its)


@pytest.mark.parametrize("channels", [1, 3])
def test_every_kind_of_file_gives_the_pixels_of_memory(mixed, channels):
    faces = data.folder(mixed)
    options = {"batch_size": 5, "augment": data.Augment(shift=0.1), "seed": 3}
    held = training_batches(faces.images(SIZE, channels), faces.labels, **options)
    streamed = training_batches(ImageReader(faces, SIZE, channels), **options)
    assert streamed.element_spec == held.element_spec and len(streamed) == len(held)
    for _ in range(2):
        assert_same(values(streamed), values(held))


def test_jpegs_are_decoded_by_tensorflow_to_the_same_pixels(jpegs, monkeypatch):
    faces = data.folder(jpegs)
    held = values(training_batches(faces.images(), faces.labels, 8))
    reader = ImageReader(faces)
    monkeypatch.setattr(ImageReader, "decoded", lambda *_: pytest.fail("Pillow was asked"))
    assert_same(values(training_batches(reader, batch_size=8)), held)


def test_other_sizes_are_resized_as_in_memory(jpegs):
    faces = data.folder(jpegs)
    held = values(training_batches(faces.images((9, 9), 1), faces.labels, 8))
    assert_same(values(training_batches(ImageReader(faces, (9, 9), 1), batch_size=8)), held)


@pytest.mark.parametrize("options", [{"batch_size": 8}, {"identities_per_batch": 2, "images_per_identity": 3}])
def test_a_stream_goes_on_at_any_step(jpegs, options):
    faces, options = data.folder(jpegs), {**options, "augment": data.Augment(rotation=0.2), "seed": 5}
    epochs = training_batches(faces, **options)
    whole = [batch for _ in range(3) for batch in values(epochs)]
    steps = len(whole) // 3
    resumed = training_stream(faces, first_epoch=1, first_step=2, **options)
    for _ in range(2):
        assert_same(values(resumed, steps), whole[steps + 2 : 2 * steps + 2])


def test_mirrored_identities_come_out_alike(jpegs):
    faces = data.folder(jpegs)
    images, labels = faces.images(), faces.labels
    twice = np.concatenate([images, images[:, :, ::-1]]), np.concatenate([labels, labels + 4])
    written = values(training_batches(*twice, 10))
    assert_same(values(training_batches(images, labels, 10, mirror_identities=True)), written)
    assert_same(values(training_batches(faces, batch_size=10, mirror_identities=True)), written)


def test_views_of_files(jpegs):
    faces = data.folder(jpegs)
    mild = {"preset": data.Views(jitter=0.0, blur=0.0, low_resolution=0.0, occlusion=0.0), "seed": 1}
    held = values(data.two_views(faces.images(), faces.labels, 4, **mild))
    assert_same(values(data.two_views(faces, faces.labels, 4, **mild)), held)
    assert_same(values(data.two_view_stream(faces, None, 4, first_step=3, **mild), 2), [two[:2] for two in held[3:]])


def test_bad_files_are_replaced_by_their_person_and_told_once(jpegs, caplog):
    (jpegs / "p0/1.jpg").write_bytes(torn_table((jpegs / "p0/1.jpg").read_bytes()))
    (jpegs / "p1/4.jpg").write_bytes(b"")
    for photo in range(5):
        (jpegs / f"p2/{photo}.jpg").write_bytes(b"no photograph")
    faces = data.folder(jpegs)
    reader = ImageReader(faces, on_error="skip")
    stream = training_stream(reader, batch_size=20, seed=1)
    with caplog.at_level(logging.WARNING, "tfface"):
        first = values(stream, 3)
    assert sorted(line.split(":")[0].removeprefix(f"{jpegs}/") for line in reader.skipped) == [
        "p0/1.jpg", "p1/4.jpg", *(f"p2/{photo}.jpg" for photo in range(5))
    ]  # fmt: skip
    assert [record.getMessage() for record in caplog.records] == [f"skipped {line}" for line in reader.skipped]
    good = {image.tobytes(): row for row, image in enumerate(data.standardize(pixels(jpegs)))}
    for images, labels in first:
        rows = sorted(good[image.tobytes()] for image in images)
        # 2 for 1, 5 (in a circle) for 9, and for a person of whom nothing is left, 15, the next of all
        assert rows == [0, 2, 2, 3, 4, 5, 5, 6, 7, 8, *[15] * 6, 16, 17, 18, 19]
        assert sorted(labels) == [0] * 5 + [1] * 5 + [3] * 10
    again = training_stream(ImageReader(faces, on_error="skip"), batch_size=20, seed=1, first_epoch=1)
    assert_same(values(again, 2), first[1:])  # who stands in for whom does not depend on what was seen before


def pixels(folder):
    """What can be read of the folder; black where nothing can."""
    black = np.zeros((*SIZE, 3), np.uint8)
    paths = sorted(folder.glob("*/*.jpg"))
    return np.stack(
        [black + row if bad(path) else data.decode(path.read_bytes(), "") for row, path in enumerate(paths)]
    )


def bad(path):
    try:
        return not data.decode(path.read_bytes(), "").size
    except data.ImageError:
        return True


def test_a_file_that_vanishes_stops_or_is_skipped(jpegs):
    faces = data.folder(jpegs)
    careful, lenient = ImageReader(faces), ImageReader(faces, on_error="skip")
    streams = [iter(training_stream(reader, batch_size=4)) for reader in (careful, lenient)]
    (jpegs / "p3/2.jpg").unlink()
    with pytest.raises(tf.errors.OpError, match=r"p3/2\.jpg: No such file"):
        for _ in range(20):
            next(streams[0])
    assert isinstance(careful.failure, data.ImageError) and str(careful.failure).startswith(f"{jpegs}/p3/2.jpg: No")
    for _ in range(20):
        next(streams[1])
    assert len(lenient.skipped) == 1 and lenient.failure is None


def test_what_can_not_be_mended(jpegs):
    faces = data.folder(jpegs)
    (jpegs / "p3/2.jpg").write_bytes(encoded(photograph(0, size=(20, 20))))
    reader = ImageReader(faces, on_error="skip")
    with pytest.raises(tf.errors.OpError):
        values(training_batches(reader, batch_size=20))
    assert "20×20 pixels, but the first image is 12×16; give size=" in str(reader.failure)
    (jpegs / "p0/0.jpg").write_bytes(b"")
    with pytest.raises(data.ImageError, match=r"p0/0\.jpg: the file is empty"):
        training_batches(faces, batch_size=4)
    for path in jpegs.glob("*/*.jpg"):
        path.unlink()
    with pytest.raises(ValueError, match=r"20 images in a row cannot be read; the last: .*p3/4\.jpg"):
        ImageReader(faces, on_error="skip")
    with pytest.raises(ValueError, match="on_error: expected 'stop' or 'skip', got 'ignore'"):
        ImageReader(faces, on_error="ignore")


def test_what_tensorflow_is_given():
    jpeg = encoded(photograph(0))
    assert is_quick(jpeg, *SIZE) and not is_quick(jpeg, 16, 16)
    frame = jpeg.index(b"\xff\xc0")
    bomb = jpeg[:frame] + jpeg[frame : frame + 19].replace(b"\x00\x10\x00\x0c", b"\xff\x00\xff\x00") + jpeg[frame:]
    assert not is_quick(bomb, *SIZE)  # one frame of the right size does not hide another
    assert is_quick(encoded(photograph(0), "PNG"), *SIZE)
    for other in (turned(), encoded(photograph(0, "CMYK")), encoded(photograph(0, "P"), "PNG"), b"", b"\xff\xd8"):
        assert not is_quick(other, *SIZE)


def test_fit_takes_files_under_a_mirrored_strategy(jpegs, mirrored):
    with mirrored.scope():
        model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(4)])
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(training_batches(data.folder(jpegs), batch_size=10), epochs=2, verbose=0, shuffle=False)
    assert np.isfinite(history.history["loss"]).all()
