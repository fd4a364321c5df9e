"""Encoded bytes to pixels, with every way a file can be bad told in one line that names it."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from .faults import ImageError, reason

# Pillow's other readers are left out: some are rarely exercised, and EPS starts an external program.
FORMATS = ("JPEG", "PNG", "BMP", "PPM", "WEBP", "GIF", "TIFF")
MAX_PIXELS = 64 * 2**20


def decode(data: bytes, name: str, size: tuple[int, int] | None = None, channels: int = 3) -> np.ndarray:
    """Decode one image of any format in `FORMATS` (the first frame of an animation).

    Photographs are turned upright by their EXIF orientation, 16-bit images are reduced to their high
    byte, CMYK becomes RGB and transparency is dropped.

    Args:
        data: the encoded bytes.
        name: what to call the image in an error.
        size: (height, width) to which the whole image is resized (antialiased bilinear), or None.
        channels: 1 (grey) or 3 (RGB).

    Returns:
        uint8 array (H, W, channels).

    Raises:
        ImageError: if the bytes are empty, truncated, corrupt, not an image, or above 64 Mi pixels.
        ValueError: if `size` or `channels` makes no sense.

    Example:
        >>> decode(b"P5 2 1 255 \\x00\\xff", "tiny.pgm", channels=1).tolist()
        [[[0], [255]]]
    """
    if channels not in (1, 3):
        raise ValueError(f"channels: expected 1 (grey) or 3 (RGB), got {channels!r}")
    if size is not None and (len(size) != 2 or min(size) < 1):
        raise ValueError(f"size: expected (height, width) of at least 1, got {size!r}")
    if not data:
        raise ImageError(f"{name}: the file is empty")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _pixels(image, size, channels)
    except UnidentifiedImageError:
        raise ImageError(f"{name}: not an image, or none of {', '.join(FORMATS)}") from None
    except Exception as error:  # Pillow's readers raise nearly anything on hostile bytes
        raise ImageError(f"{name}: cannot decode: {reason(error)}") from error


def _pixels(image: Image.Image, size: tuple[int, int] | None, channels: int) -> np.ndarray:
    if image.width * image.height > MAX_PIXELS:
        raise ValueError(f"{image.width}×{image.height} pixels is more than {MAX_PIXELS >> 20} Mi")
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "I" or image.mode.startswith("I;16"):
        image = _high_byte(image)
    elif image.mode == "F":
        raise ValueError("floating-point pixels have no defined range")
    elif image.mode in ("P", "PA"):
        image = image.convert("RGBA")
    image = image.convert("L" if channels == 1 else "RGB")
    if size is not None and image.size != (size[1], size[0]):
        image = image.resize((size[1], size[0]), Image.Resampling.BILINEAR)
    return np.asarray(image, np.uint8).reshape(image.height, image.width, channels)


def _high_byte(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image)
    if pixels.min() < 0 or pixels.max() > 0xFFFF:
        raise ValueError("pixels beyond 16 bits")
    return Image.fromarray((pixels >> 8).astype(np.uint8))
