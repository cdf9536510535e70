"""The on-call line as a vCard 3.0 (RFC 2426), which every phone reads: a number and two names, nobody's own."""

from collections.abc import Iterator, Sequence

LONGEST = 75  # bytes of a line before it is folded (RFC 2426, 2.6)
SPECIAL = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def contact_card(name: str, organization: str, numbers: Sequence[str]) -> bytes:
    """name: as the address book will show it. numbers: E.164, those that ring people; empty ones are left out."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_text(name)}", f"N:{_text(name)};;;;", f"ORG:{_text(organization)}"]
    lines += [f"TEL;TYPE=WORK,VOICE:{number}" for number in numbers if number]
    lines.append("END:VCARD")
    return b"".join(piece + b"\r\n" for line in lines for piece in _folded(line.encode()))


def _text(words: str) -> str:
    return words.translate(SPECIAL)


def _folded(line: bytes) -> Iterator[bytes]:
    """Pieces of at most 75 bytes, none of them cut inside a character; each further one begins with a blank."""
    start = b""
    while len(start + line) > LONGEST:
        cut = LONGEST - len(start)
        while line[cut] & 0xC0 == 0x80:
            cut -= 1
        yield start + line[:cut]
        start, line = b" ", line[cut:]
    yield start + line
