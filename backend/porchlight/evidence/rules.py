"""What a picture may be and show, what a signature needs, and the sentences that say so."""

from collections.abc import Collection, Mapping, Sequence

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.evidence.values import Method, PhotoState, Purpose

# Documented in docs/wire.md and trust.md (5.1.1, 5.2.1, 5.2.6); a phone shrinks to 1600 px and about 450 KB.
MOST_PIXELS = 40_000_000
MOST_BYTES = 10_000_000
MOST_PART = 1_000_000  # before sealing
SEAL = 81  # bytes that a seal adds: a 65-byte point and a 16-byte tag
MOST_SEALED_PART = MOST_PART + SEAL
MOST_PARTS = 100
MOST_PHOTOS = 20  # of one visit
THUMB = 320  # pixels of the longer side
MOST_POINTS = 20_000  # of one drawn signature

# The same words as in the form where it is chosen.
PURPOSES: Mapping[Purpose, str] = {
    Purpose.HOME: _("Condition of the home"),
    Purpose.SAFETY: _("Safety in the home"),
    Purpose.DOCUMENT: _("A paper or a letter"),
    Purpose.INJURY: _("A mark or an injury"),
    Purpose.KEEPSAKE: _("A keepsake for the child"),
}

NEXT: Mapping[PhotoState, frozenset[PhotoState]] = {
    PhotoState.WAITING: frozenset({PhotoState.WAITING, PhotoState.CHECKING}),
    PhotoState.CHECKING: frozenset({PhotoState.WAITING, PhotoState.STORED, PhotoState.REFUSED}),
    PhotoState.REFUSED: frozenset({PhotoState.WAITING}),
    PhotoState.STORED: frozenset(),
}

NOT_A_PICTURE = _("This is not a photo we can keep. Take the photo again with the camera.")
TOO_MANY_PIXELS = _("This photo is too large. Take it again with the camera, or choose a smaller one.")
NOT_WHOLE = _("This photo did not come off the phone in one piece. Take it again.")


def type_of(start: bytes) -> str | None:
    """The media type that the first bytes show, whatever a name or a header says; None when it is not one of ours."""
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return None


def check_sizes(*, size: int, width: int, height: int, parts: Sequence[int]) -> None:
    """What the phone says of a picture; `parts` are lengths of the sealed parts in bytes. Raises Refused."""
    if width * height > MOST_PIXELS or size > MOST_BYTES:
        raise Refused(TOO_MANY_PIXELS)
    fits = all(SEAL < part <= MOST_SEALED_PART for part in parts)
    if not fits or not 0 < len(parts) <= MOST_PARTS or sum(parts) != size + SEAL * len(parts):
        raise Refused(NOT_WHOLE)


def check_can_add_photo(others: int) -> None:
    if others >= MOST_PHOTOS:
        raise Refused(_("This visit has {most} photos already. Take out one that you need less."), most=MOST_PHOTOS)


def check_consent(given: bool, by: str) -> None:
    if not given or not by:
        raise Refused(_("Say who agreed to this photo. A photo without consent is not kept."), field="consent")


def check_signature(*, method: Method, strokes: Sequence[Sequence[object]], typed: str, consent: str) -> None:
    """A drawn one needs a line, a typed one a name, both the words that were agreed to. Nobody must say why they decline.

    Raises Refused.
    """
    if method is Method.DRAWN and not any(strokes):
        raise Refused(_("The signature is empty. Ask for it again, or choose another way to sign."), field="strokes")
    if sum(map(len, strokes)) > MOST_POINTS:
        raise Refused(_("The signature is too long. Ask for it again."), field="strokes")
    if method is Method.TYPED and not typed:
        raise Refused(_("Type the name of the person who signs."), field="typed_name")
    if method is not Method.DECLINED and not consent:
        raise Refused(_("Nobody agreed to sign on this phone. Ask for the signature again."), field="consent_text")


def check_signed_summary(*, shown: str, hash_of_shown: str, signed: str, stood: Collection[str]) -> None:
    """A signature is for exactly the words that were shown, and these are the visit's words now, or were before a change.

    All are b64u sha256; `shown` is the text itself; `stood`: of every summary that stood. Raises Refused.
    """
    if not shown or hash_of_shown != signed:
        raise Refused(_("The signed words do not fit their seal. Read the summary out and ask for a new signature."))
    if signed not in stood:
        raise Refused(_("The visit was changed after it was signed. Read it out again and ask for a new signature."))
