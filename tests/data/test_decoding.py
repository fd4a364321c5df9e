"""Every kind of image a folder may hold decodes, or is refused in one line that names it."""

import io
import resource
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tfface.data import ImageError, decode, decoding


def encoded(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def ramp(mode="L", size=(12, 10)):
    values = np.linspace(0, 255, size[0] * size[1]).reshape(size[1], size[0]).astype(np.uint8)
    return Image.fromarray(values).convert(mode)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "PPM", "TIFF", "GIF", "WEBP", "JPEG"])
def test_grey_image_of_each_format(kind):
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100}}.get(kind, {})
    pixels = decode(encoded(ramp(), kind, **options), "face", channels=1)
    assert pixels.shape == (10, 12, 1) and pixels.dtype == np.uint8
    np.testing.assert_allclose(pixels[..., 0].astype(int), np.asarray(ramp()).astype(int), atol=2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_pixel_mode_becomes_grey_or_rgb(mode, channels):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.fromarray(np.full((4, 5), 65535, np.uint16)) if mode == "I;16" else Image.new("L", (5, 4), 255)
    image = image if mode == "I;16" else image.convert(mode)
    pixels = decode(encoded(image, kind), "face", channels=channels)
    assert pixels.shape == (4, 5, channels)
    assert pixels.min() >= 253  # white stays white


def test_sixteen_bits_keep_the_high_byte():
    data = b"P5 2 1 65535 " + np.array([0x1234, 0xFF00], ">u2").tobytes()
    assert decode(data, "deep.pgm", channels=1).ravel().tolist() == [0x12, 0xFF]


def test_photograph_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90°
    assert decode(encoded(ramp(), "JPEG", exif=exif), "face", channels=1).shape == (12, 10, 1)


def test_animation_gives_its_first_frame():
    frames = [Image.new("L", (4, 4), 10), Image.new("L", (4, 4), 200)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert np.all(decode(data, "wink.gif", channels=1) == 10)


def test_resize_is_antialiased():
    stripes = Image.fromarray(np.tile(np.array([0, 255], np.uint8), (8, 4)))
    pixels = decode(encoded(stripes, "PNG"), "face", size=(2, 2), channels=1)
    assert pixels.shape == (2, 2, 1)
    assert np.all(abs(pixels.astype(int) - 127) < 40)


whole = encoded(ramp("RGB", (60, 60)), "PNG")
bad_images = {
    "empty": (b"", "empty"),
    "text": (b"this is no picture", "not an image"),
    "truncated png": (whole[: len(whole) // 2], "cannot decode"),
    "truncated jpeg": (encoded(ramp("RGB", (60, 60)), "JPEG")[:400], "cannot decode"),
    "truncated pgm": (b"P5 9 9 255 abc", "cannot decode"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image"),
    "float": (encoded(Image.new("F", (3, 3)), "TIFF"), "floating-point"),
    "huge": (b"P5 20000 20000 255 ", "cannot decode: "),
    "above the limit": (b"P5 9000 9000 255 ", "more than 64 Mi"),
}


@pytest.mark.parametrize("data, reason", bad_images.values(), ids=bad_images)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_bad_image_is_named_with_its_reason(data, reason):
    with pytest.raises(ImageError, match=r"^people/anna/1\.jpg: ") as caught:
        decode(data, "people/anna/1.jpg")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("arguments, name", [({"channels": 4}, "channels"), ({"size": (0, 5)}, "size")])
def test_senseless_arguments(arguments, name):
    with pytest.raises(ValueError, match=name):
        decode(whole, "face", **arguments)


def test_smallest_image():
    assert decode(encoded(Image.new("RGB", (1, 1), (10, 20, 30)), "PNG"), "dot.png").tolist() == [[[10, 20, 30]]]
    assert decode(encoded(Image.new("L", (1, 1)), "PNG"), "dot.png", size=(112, 112)).shape == (112, 112, 3)


def test_bomb_is_refused_before_it_is_unpacked():
    """A PNG of 20,000×20,000 pixels in 48 kB."""
    rows = zlib.compress(bytes(20_000 * 2501), 9)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    parts = [struct.pack(">I", len(d)) + kind + d + struct.pack(">I", zlib.crc32(kind + d)) for kind, d in chunks]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ImageError, match=r"bomb\.png: cannot decode: .*400000000 pixels"):
        decode(b"\x89PNG\r\n\x1a\n" + b"".join(parts), "bomb.png")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB


def test_limit_is_on_pixels_not_bytes(monkeypatch):
    monkeypatch.setattr(decoding, "MAX_PIXELS", 100)
    with pytest.raises(ImageError, match="12×10 pixels"):
        decode(encoded(ramp(), "PNG"), "face")
