"""What lies in the files of a LevelDB: every value that was ever written and is not yet tidied away."""

import struct
from collections.abc import Iterator
from pathlib import Path

BLOCK = 32768  # of a log
TRAILER = 5  # after each block of a table: how it is squeezed, and a checksum


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def unsnapped(data: bytes) -> bytes:
    """Snappy's raw format."""
    size, at = varint(data, 0)
    out = bytearray()
    while at < len(data) and len(out) < size:
        tag = data[at]
        at += 1
        kind, more = tag & 3, tag >> 2
        if kind == 0:
            if more >= 60:
                width = more - 59
                more = int.from_bytes(data[at : at + width], "little")
                at += width
            out += data[at : at + more + 1]
            at += more + 1
            continue
        width = (1, 2, 4)[kind - 1]
        offset = int.from_bytes(data[at : at + width], "little")
        at += width
        length = more + 1
        if kind == 1:
            offset, length = offset | (tag >> 5) << 8, (more & 7) + 4
        for _ in range(length):
            out.append(out[-offset])
    return bytes(out)


def log(data: bytes) -> bytes:
    """The records of a log, put together again."""
    out = bytearray()
    for start in range(0, len(data), BLOCK):
        block, at = data[start : start + BLOCK], 0
        while at + 7 <= len(block):
            length = struct.unpack_from("<H", block, at + 4)[0]
            out += block[at + 7 : at + 7 + length]
            at += 7 + length
    return bytes(out)


def table(data: bytes) -> Iterator[bytes]:
    """The blocks of a table, unsqueezed."""

    def block(offset: int, size: int) -> bytes:
        return unsnapped(data[offset : offset + size]) if data[offset + size] == 1 else data[offset : offset + size]

    footer = data[-48:]
    _offset, at = varint(footer, 0)
    _size, at = varint(footer, at)
    offset, at = varint(footer, at)
    size, at = varint(footer, at)
    index = block(offset, size)
    ends = len(index) - 4 - 4 * struct.unpack_from("<I", index, len(index) - 4)[0]
    at = 0
    while at < ends:
        _shared, at = varint(index, at)
        own, at = varint(index, at)
        length, at = varint(index, at)
        at += own
        where, after = varint(index, at)
        yield block(where, varint(index, after)[0])
        at += length


def contents(file: Path) -> Iterator[bytes]:
    """Everything of one file as it can be read: as it lies there, and taken apart where it is LevelDB's."""
    data = file.read_bytes()
    yield data
    if file.suffix == ".log" and "leveldb" in file.parent.name:
        yield log(data)
    if file.suffix == ".ldb":
        yield from table(data)
