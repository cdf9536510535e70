"""Rebuilds a picture from its pixels, alone in a process of its own: `python -m porchlight.evidence.develop`.

Reads the picture on stdin; writes one line of JSON, then the clean JPEG, then the thumbnail. What it is given may be
made to break the decoder, so the process has little memory, little time, no file to write and nothing to steal.
"""

import io
import json
import resource
import sys
import warnings
from typing import TYPE_CHECKING

from porchlight.evidence import rules

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY = 512 * 1024 * 1024
SECONDS = 20
REFUSED = 3  # exit code: the line on stdout says why
QUALITY = 85
STRIP = 512  # rows that are converted at once


def confine() -> None:
    limits = {
        resource.RLIMIT_AS: (MEMORY, MEMORY),
        resource.RLIMIT_CPU: (SECONDS, SECONDS + 5),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_NOFILE: (64, 64),
    }
    for what, most in limits.items():
        resource.setrlimit(what, most)


def rebuilt(picture: "Image") -> "Image":
    """A new picture with the same pixels the right way up, and nothing else: no EXIF, place, comment or profile."""
    from PIL import Image, ImageOps

    # In place, and one copy at a time: at 40 megapixels each costs 160 MB.
    ImageOps.exif_transpose(picture, in_place=True)
    clean = Image.new("RGB", picture.size, "white")
    if picture.mode == "RGB" and "transparency" not in picture.info:
        clean.paste(picture)
        return clean
    for top in range(0, picture.height, STRIP):
        strip = picture.crop((0, top, picture.width, min(top + STRIP, picture.height))).convert("RGBA")
        clean.paste(strip, (0, top), mask=strip.getchannel("A"))
    return clean


def develop(data: bytes) -> tuple[dict[str, int | str], bytes, bytes]:
    """Facts, clean JPEG, thumbnail; or facts with `trouble` (a sentence of rules) and nothing else."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = rules.MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if rules.type_of(data[:16]) is None:
        return {"trouble": rules.NOT_A_PICTURE}, b"", b""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > rules.MOST_PIXELS:  # from the header; nothing is decoded yet
                return {"trouble": rules.TOO_MANY_PIXELS}, b"", b""
            clean = rebuilt(picture)
        whole = as_jpeg(clean)
        width, height = clean.size
        clean.thumbnail((rules.THUMB, rules.THUMB))
        thumb = as_jpeg(clean)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        return {"trouble": rules.TOO_MANY_PIXELS}, b"", b""
    except Exception:  # noqa: BLE001  whatever a decoder falls over is no picture for us
        return {"trouble": rules.NOT_A_PICTURE}, b"", b""
    return {"width": width, "height": height, "clean": len(whole), "thumb": len(thumb)}, whole, thumb


def as_jpeg(picture: "Image") -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def main() -> int:
    confine()
    facts, clean, thumb = develop(sys.stdin.buffer.read(rules.MOST_BYTES + 1))
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + clean + thumb)
    sys.stdout.buffer.flush()
    return REFUSED if "trouble" in facts else 0


if __name__ == "__main__":
    raise SystemExit(main())
