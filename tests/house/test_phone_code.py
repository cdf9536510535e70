"""What runs on the phone: no Blobs in its store, no text made into markup, no address but ours, vendored files as noted."""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.tree import ROOT, name_of, told, under

VENDOR = ROOT / "pwa" / "vendor"
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`\\])//[^\n]*", re.S)
STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
# WebKit loses Blobs and Files that were put into IndexedDB: bytes are stored, as ArrayBuffers.
STORED = re.compile(r"\.\s*(?:put|add)\s*\(([^;]*?)\)\s*(?:;|$|\n)", re.S)
BLOB = re.compile(r"\b(?:new\s+(?:Blob|File)\b|\w*(?:[bB]lob|[fF]ile)\b(?!\s*[.(]))")
MARKUP = re.compile(
    r"\b(?:innerHTML|outerHTML)\s*\+?=|\binsertAdjacentHTML\b|\bdocument\.write|\beval\s*\(|\bnew Function\b"
)
ADDRESS = re.compile(r"\b(?:https?|wss?)://(?!www\.w3\.org/)[^\s\"'`)]+")


def blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def bare(source: str) -> str:
    """The source without comments; lines stay where they are."""
    return COMMENT.sub(blank, source)


def at(text: str, place: int) -> int:
    return text[:place].count("\n") + 1


def stores_blobs(name: str, source: str) -> list[str]:
    text = STRING.sub(lambda m: '"' + " " * (len(m[0]) - 2) + '"', bare(source))
    return [
        f"{name}:{at(text, found.start())}: a Blob or File is stored; store its bytes (await it.arrayBuffer())"
        for found in STORED.finditer(text)
        if BLOB.search(found[1])
    ]


def makes_markup(name: str, source: str) -> list[str]:
    text = bare(source)
    return [
        f"{name}:{at(text, found.start())}: {found[0].strip()} turns text into markup"
        for found in MARKUP.finditer(text)
    ]


def goes_elsewhere(name: str, source: str) -> list[str]:
    text = bare(source)
    return [f"{name}:{at(text, found.start())}: {found[0]} is not ours" for found in ADDRESS.finditer(text)]


def vendored(folder: Path, listed: str, pinned: dict[str, str]) -> list[str]:
    """Differences between VENDOR.toml and the files beside it, and between its versions and package.json's."""
    rows = tomllib.loads(listed).get("vendor", [])
    complaints = []
    for row in rows:
        missing = {"file", "name", "version", "licence", "sha256"} - {key for key, value in row.items() if value}
        if missing:
            complaints.append(f"{row.get('file', '?')}: VENDOR.toml does not say {', '.join(sorted(missing))}")
            continue
        file = folder / row["file"]
        if not file.is_file():
            complaints.append(f"{row['file']}: is listed and not there")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != row["sha256"]:
            complaints.append(f"{row['file']}: is not the file that VENDOR.toml describes")
        if pinned.get(row["name"]) != row["version"]:
            complaints.append(f"{row['file']}: package.json pins {pinned.get(row['name'])}, not {row['version']}")
    known = {row.get("file") for row in rows} | {"VENDOR.toml", "LICENCES.txt"}
    complaints += [f"{f.name}: VENDOR.toml does not list it" for f in sorted(folder.iterdir()) if f.name not in known]
    return complaints


@pytest.mark.fault(16)
def test_no_blob_or_file_goes_into_the_store(record_property: Callable[[str, object], None]) -> None:
    scripts = under("pwa", ".js")
    found = [c for file in scripts for c in stores_blobs(name_of(file), file.read_text())]

    assert not found, told(found)
    record_property("figure", f"0 in {len(scripts)} scripts")


def test_no_script_turns_text_into_markup() -> None:
    found = [c for file in under("pwa", ".js") for c in makes_markup(name_of(file), file.read_text())]

    assert not found, told(found)


def test_the_phone_talks_to_us_alone() -> None:
    files = under("pwa", ".js", ".css", ".html", ".webmanifest")
    found = [c for file in files for c in goes_elsewhere(name_of(file), file.read_text())]

    assert not found, told(found)


def test_vendored_files_are_those_that_were_written_down() -> None:
    if not VENDOR.exists():
        return  # nothing is vendored yet

    pinned = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    found = vendored(VENDOR, (VENDOR / "VENDOR.toml").read_text(), pinned)
    assert not found, told(found)


@pytest.mark.parametrize(
    "line",
    [
        "await store.put({ id, blob })",
        "tx.objectStore('photos').add(file)",
        "db.put('photos', photoBlob, id);",
        "store.put({\n  id,\n  picture: new Blob([bytes]),\n})\n",
    ],
)
def test_storing_a_blob_is_told(line: str) -> None:
    assert stores_blobs("a.js", line)


@pytest.mark.parametrize(
    "line",
    [
        "store.put({ id, bytes: await blob.arrayBuffer() })",
        "db.put('files', bytes)",
        "element.classList.add('file')",
        "// store.put(blob) would be lost",
        "form.append('photo', file)",
        "const blob = new Blob([zip]); link.href = URL.createObjectURL(blob)",
    ],
)
def test_storing_bytes_is_left_alone(line: str) -> None:
    assert stores_blobs("a.js", line) == []


@pytest.mark.parametrize("line", ["a.innerHTML = note", "a.insertAdjacentHTML('x', y)", "eval(x)", "document.write(x)"])
def test_turning_text_into_markup_is_told(line: str) -> None:
    assert makes_markup("a.js", line)


def test_another_address_is_told_and_a_name_space_is_not() -> None:
    assert goes_elsewhere("a.js", "fetch('https://example.org/x')")
    assert goes_elsewhere("a.css", "@import url(http://fonts.example.org/a.css)")
    assert goes_elsewhere("a.js", "const SVG = 'http://www.w3.org/2000/svg' // https://example.org explains") == []


ROW = '[[vendor]]\nfile = "a.js"\nname = "a"\nversion = "1.0.0"\nlicence = "MIT"\nsha256 = "{}"\n'


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (ROW.format("0" * 64), "is not the file"),
        (ROW.format("").replace("a.js", "b.js"), "does not say sha256"),
        (ROW.format(hashlib.sha256(b"1").hexdigest()).replace("1.0.0", "2.0.0"), "pins 1.0.0"),
        (ROW.format("0" * 64).replace("a.js", "b.js"), "is listed and not there"),
        ("", "does not list it"),
    ],
)
def test_a_vendored_file_that_differs_is_told(listed: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"1")

    assert any(words in line for line in vendored(tmp_path, listed, {"a": "1.0.0"}))


def test_a_vendored_file_as_written_down_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"1")

    assert vendored(tmp_path, ROW.format(hashlib.sha256(b"1").hexdigest()), {"a": "1.0.0"}) == []
