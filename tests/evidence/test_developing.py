"""Rebuilding a picture in its own process: clean, bounded, and hostile files stored nowhere."""

import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from porchlight.evidence import develop, jobs, rules
from tests.phone.fake_phone import photograph

BACKEND = Path(jobs.__file__).parents[2]


def png_of(width: int, height: int) -> bytes:
    """A valid PNG of one bit a pixel, all black: a few kilobytes for any size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = b"\x00" + bytes((width + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.asvs("14.2.8")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_words_and_profile_go_in_and_none_come_out(kind: str) -> None:
    picture = photograph(kind=kind)
    assert Image.open(io.BytesIO(picture)).getexif().get_ifd(0x8825)
    assert b"Gideon" in picture

    made = jobs.run(picture)

    for out in (made.clean, made.thumb):
        opened = Image.open(io.BytesIO(out))
        assert opened.format == "JPEG"
        assert not opened.getexif()
        assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"Gideon" not in out
        assert b"Exif" not in out


def test_a_picture_held_on_its_side_comes_out_upright() -> None:
    made = jobs.run(photograph(640, 480))

    assert Image.open(io.BytesIO(made.clean)).size == (480, 640)
    assert max(Image.open(io.BytesIO(made.thumb)).size) == rules.THUMB


def test_what_can_be_seen_through_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 700), (0, 0, 0, 0)).save(out, "PNG")

    clean = Image.open(io.BytesIO(jobs.run(out.getvalue()).clean))

    assert clean.mode == "RGB"
    assert min(low for low, _high in clean.getextrema()) > 250


# The string that every scanner of viruses knows, in two parts so that none takes this file for one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.mark.asvs("5.4.3")
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_of_a_file_with_a_virus_nothing_but_its_pixels_is_kept(kind: str) -> None:
    """There is no scanner: no byte of what was sent is ever served (docs/security.md)."""
    out = io.BytesIO()
    words = PngInfo()
    words.add_text("comment", EICAR.decode())
    how = {"comment": EICAR} if kind == "JPEG" else {"pnginfo": words}
    Image.new("RGB", (64, 64), (9, 99, 199)).save(out, kind, **how)
    sent = out.getvalue()
    assert EICAR in sent

    made = jobs.run(sent)

    assert EICAR not in made.clean + made.thumb
    with pytest.raises(jobs.Hopeless):
        jobs.run(EICAR)


@pytest.mark.asvs("5.3.1", "5.4.3")
def test_a_comment_hidden_in_a_jpeg_does_not_survive() -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, "JPEG", comment=b"<script>alert(1)</script>")

    made = jobs.run(out.getvalue())

    assert b"script" in out.getvalue()
    assert b"script" not in made.clean + made.thumb


def hostile() -> dict[str, bytes]:
    good = photograph(exif=False)
    png = photograph(exif=False, kind="PNG")
    gif = io.BytesIO()
    Image.new("P", (8, 8)).save(gif, "GIF")
    tiff = io.BytesIO()
    Image.new("RGB", (8, 8)).save(tiff, "TIFF")
    return {
        "html": b"<!doctype html><script>alert(1)</script>",
        "html that starts as a jpeg": b"\xff\xd8\xff<script>alert(1)</script>" + b" " * 5000,
        "html that starts as a png": b"\x89PNG\r\n\x1a\n<html>",
        "html that starts as a webp": b"RIFF\x00\x01\x00\x00WEBP<html>",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "svg with a mark": b'\xef\xbb\xbf<?xml version="1.0"?><svg/>',
        "gif": gif.getvalue(),
        "gif with a script": b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)",
        "tiff": tiff.getvalue(),
        "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj",
        "zip": b"PK\x03\x04" + bytes(60),
        "program": b"\x7fELF" + bytes(60),
        "nothing": b"",
        "one byte": b"\xff",
        "zeros": bytes(1000),
        "cut jpeg": good[: len(good) // 2],
        "cut png": png[: len(png) // 2],
        "png with a broken checksum": png[:60] + b"\x00\x00\x00\x00" + png[64:],
        "jpeg of only a header": good[:20],
        "png that says it is empty": b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 0, 0) + bytes(9),
        "png that says it is endless": b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I4sII", 13, b"IHDR", 2**31 - 1, 2**31 - 1)
        + bytes(9),
        "169 megapixels in 20 kilobytes": png_of(13_000, 13_000),
        "41 megapixels": png_of(8_000, 5_125),
    }


@pytest.mark.asvs("5.2.2", "1.3.4")
@pytest.mark.parametrize("name", hostile())
def test_a_hostile_file_becomes_no_picture(name: str) -> None:
    with pytest.raises(jobs.Hopeless) as why:
        jobs.run(hostile()[name])

    assert str(why.value) in {rules.NOT_A_PICTURE, rules.TOO_MANY_PIXELS}


def measured(program: str, data: bytes) -> tuple[str, int]:
    """What a program prints, and the most memory that it or its children had, in bytes.

    A small process stands between: whoever is started inherits the peak of whoever starts it, and we are large.
    """
    between = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", between, program],
        input=data,
        env={"PYTHONPATH": str(BACKEND)},
        capture_output=True,
        check=True,
    )
    words, kilobytes = done.stdout.decode().splitlines()
    return words, int(kilobytes) * 1024


@pytest.mark.asvs("5.2.6")
def test_a_pixel_flood_of_20_kilobytes_costs_little_memory() -> None:
    flood = png_of(13_000, 13_000)
    assert len(flood) < 25_000
    program = (
        "import sys\n"
        "from porchlight.evidence import jobs\n"
        "try:\n    jobs.run(sys.stdin.buffer.read())\n"
        "except jobs.Hopeless as why:\n    print(why)\n"
    )

    words, peak = measured(program, flood)

    assert words == rules.TOO_MANY_PIXELS
    assert peak < 200 * 1024 * 1024


@pytest.mark.asvs("5.2.6")
def test_a_picture_that_lies_about_its_size_meets_the_memory_limit() -> None:
    """Even when the header check is gone, the limit of the process holds."""
    program = (
        "import sys\n"
        "from porchlight.evidence import develop, rules\n"
        "develop.confine()\n"
        "rules.MOST_PIXELS = 10**12\n"
        "facts, *_ = develop.develop(sys.stdin.buffer.read())\n"
        "print(facts['trouble'])\n"
    )

    words, peak = measured(program, png_of(26_000, 26_000))

    assert words == rules.TOO_MANY_PIXELS
    assert peak < develop.MEMORY


def test_forty_megapixels_are_still_a_photo() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8000, 5000), "teal").save(out, "JPEG")

    made = jobs.run(out.getvalue())

    assert Image.open(io.BytesIO(made.clean)).size == (8000, 5000)


def test_the_process_sees_no_secret_and_can_write_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORCHLIGHT_SECRET", "planted")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted")
    seen = {}
    real = subprocess.run

    def spy(command: list[str], **how: object) -> object:
        seen.update(how, command=command)
        return real(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", spy)

    jobs.run(photograph(64, 64))

    assert set(seen["env"]) == {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
    assert "planted" not in json.dumps(seen["command"])
    writes = (
        "from porchlight.evidence import develop\ndevelop.confine()\n"
        f"open({str(tmp_path / 'x')!r}, 'w').write('x' * 10000)\n"
    )
    done = real([sys.executable, "-c", writes], env={"PYTHONPATH": str(BACKEND)}, capture_output=True, check=False)
    assert done.returncode != 0
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


def test_a_check_that_hangs_is_ended_and_comes_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "porchlight" / "evidence"
    slow.mkdir(parents=True)
    (slow.parent / "__init__.py").write_text("")
    (slow / "__init__.py").write_text("")
    (slow / "develop.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(jobs, "PACKAGES", tmp_path)
    monkeypatch.setattr(jobs, "PATIENCE", 0.5)

    with pytest.raises(jobs.CheckFailed, match="in time"):
        jobs.run(photograph(64, 64))


def test_a_picture_that_is_too_much_work_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    busy = tmp_path / "porchlight" / "evidence"
    busy.mkdir(parents=True)
    (busy.parent / "__init__.py").write_text("")
    (busy / "__init__.py").write_text("")
    spin = "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True:\n    pass\n"
    (busy / "develop.py").write_text(spin)
    monkeypatch.setattr(jobs, "PACKAGES", tmp_path)

    with pytest.raises(jobs.Hopeless):
        jobs.run(photograph(64, 64))


def test_a_check_that_cannot_even_start_is_not_the_pictures_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(jobs, "PACKAGES", tmp_path)

    with pytest.raises(jobs.CheckFailed):
        jobs.run(photograph(64, 64))
