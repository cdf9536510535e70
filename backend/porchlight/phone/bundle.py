"""Reading the file of sealed items that a phone exports (docs/wire.md, Export): nothing of it is believed unchecked."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError

from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import Refused
from porchlight.evidence.rules import MOST_PARTS, MOST_SEALED_PART
from porchlight.phone import rules, wire

MOST_FILE = 50_000_000  # bytes; a phone begins a second file before that
MOST_ENTRIES = 4_000
MOST_ITEMS = 500
MOST_MANIFEST = 1_000_000
MANIFEST = "manifest.json"
NAME = re.compile(rf"{wire.ID}\.(?:jws|sealed|\d{{1,2}}\.part)")
LONGEST_ENTRY = 46 + 100  # bytes of one line of the file's own list: its frame, the longest of our names, and room
END = struct.Struct("<4s4H2LH")  # the end of a zip (PKWARE APPNOTE, 4.3.16)
BIG = b"PK\x06\x07"  # what stands before the end of a zip of more than 4 GB
ENCRYPTED = 0x1

NOT_OURS = _("This is not a file that Porchlight made on a phone. Open “On this phone” there, and make it again.")
TOO_BIG = _("This file is too big. Take in the files of one phone one by one.")
DAMAGED = _("This one was damaged on its way. Make the file again on the phone.")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    size: Annotated[StrictInt, Field(ge=1, le=MOST_SEALED_PART)]
    sha256: wire.Sha256


class Listed(BaseModel):
    """One item as the manifest names it. size and sha256 of its sealed bytes; parts: of its picture, sealed too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    op_id: wire.Id
    device_id: wire.Id
    kind: wire.Kind
    schema_number: Annotated[StrictInt, Field(alias="schema", ge=1, le=10_000)]
    seq: Annotated[StrictInt, Field(ge=1, le=wire.MOST_SEQ)]
    size: Annotated[StrictInt, Field(ge=1, le=wire.MOST_BODY)]
    sha256: wire.Sha256
    parts: Annotated[list[Part], Field(max_length=MOST_PARTS)] = []


class Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["porchlight-outbox"]
    v: Literal[1]
    items: Annotated[list[Listed], Field(max_length=MOST_ITEMS)]


@dataclass(frozen=True, slots=True)
class Carried:
    """One item as it lies in the file. `trouble` says why it cannot be used; then the rest is empty."""

    listed: Listed
    authority: str = ""
    sealed: bytes = b""
    trouble: str = ""
    parts: "dict[int, bytes] | Parts" = field(default_factory=dict)


class Parts:
    """The sealed parts of one picture, read from the file one by one as they are asked for."""

    def __init__(self, bundle: "Bundle", listed: Listed) -> None:
        self._bundle = bundle
        self._listed = listed

    def get(self, number: int) -> bytes | None:
        """The part, or None when it is not there or is not what the manifest says."""
        if not 0 <= number < len(self._listed.parts):
            return None
        said = self._listed.parts[number]
        return self._bundle.bytes_of(f"{self._listed.op_id}.{number}.part", said.size, said.sha256)


class Bundle:
    """An open file. Raises Refused when it is not one that a phone of ours made."""

    def __init__(self, file: IO[bytes]) -> None:
        check_end(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError) as error:
            raise Refused(NOT_OURS) from error
        check_entries(self._zip.infolist())
        self.manifest = self._manifest()

    def _manifest(self) -> Manifest:
        raw = self._read(MANIFEST, MOST_MANIFEST)
        try:
            found = Manifest.model_validate_json(raw or b"")
        except (ValidationError, ValueError, RecursionError) as error:
            raise Refused(NOT_OURS) from error
        if len({one.op_id for one in found.items}) != len(found.items):
            raise Refused(NOT_OURS)
        return found

    def items(self) -> Iterator[Carried]:
        """Text first, then signatures, then photos, each in the order in which the phone counted them."""
        for listed in sorted(self.manifest.items, key=lambda one: (rules.RANK.get(one.kind, 0), one.seq)):
            yield self._item(listed)

    def _item(self, listed: Listed) -> Carried:
        sealed = self.bytes_of(f"{listed.op_id}.sealed", listed.size, listed.sha256)
        authority = (self._read(f"{listed.op_id}.jws", wire.MOST_JWS) or b"").decode("ascii", "replace")
        try:
            claims = wire.read(authority)
        except wire.Unreadable:
            return Carried(listed, trouble=DAMAGED)
        said = (claims.op_id, claims.device_id, claims.kind, claims.schema_number, claims.seq, claims.sha256)
        names = (listed.op_id, listed.device_id, listed.kind, listed.schema_number, listed.seq, listed.sha256)
        if sealed is None or said != names:
            return Carried(listed, trouble=DAMAGED)
        return Carried(listed, authority, sealed, parts=Parts(self, listed))

    def bytes_of(self, name: str, size: int, expected: str) -> bytes | None:
        """An entry of exactly this size and sha256 (b64u), or None."""
        found = self._read(name, size)
        return found if found is not None and len(found) == size and sha256(found) == expected else None

    def _read(self, name: str, most: int) -> bytes | None:
        try:
            info = self._zip.getinfo(name)
            return self._zip.read(info) if info.file_size <= most else None
        except (
            KeyError,
            zipfile.BadZipFile,
            EOFError,
            ValueError,
            OSError,
            struct.error,
            zlib.error,
            NotImplementedError,
        ):
            return None


def check_end(file: IO[bytes]) -> None:
    """Looks at the end of the file before anything is read into memory: how much it says it holds. Raises Refused."""
    length = file.seek(0, 2)
    if length > MOST_FILE:
        raise Refused(TOO_BIG)
    if length < END.size:
        raise Refused(NOT_OURS)
    file.seek(max(0, length - END.size - 20))
    tail = file.read()
    mark, _disk, _start, _here, entries, size, _offset, comment = END.unpack(tail[-END.size :])
    if mark != b"PK\x05\x06" or comment or tail[: -END.size].startswith(BIG):
        raise Refused(NOT_OURS)
    if entries > MOST_ENTRIES or size > entries * LONGEST_ENTRY:
        raise Refused(NOT_OURS)
    file.seek(0)


def check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Stored as they are, under our own names, each once: then a small file cannot become a big one. Raises Refused."""
    names = [one.filename for one in entries]
    plain = all(
        one.compress_type == zipfile.ZIP_STORED
        and not one.flag_bits & ENCRYPTED
        and one.compress_size == one.file_size
        and (one.filename == MANIFEST or NAME.fullmatch(one.filename))
        for one in entries
    )
    if not plain or len(set(names)) != len(names) or sum(one.file_size for one in entries) > MOST_FILE:
        raise Refused(NOT_OURS)
