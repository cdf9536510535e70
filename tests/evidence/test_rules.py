"""What a picture may be and what a signature needs, by table."""

import pytest

from porchlight.core.refused import Refused
from porchlight.evidence import rules
from porchlight.evidence.values import Method, PhotoState, Purpose


def test_every_state_says_what_may_follow() -> None:
    assert set(rules.NEXT) == set(PhotoState)
    assert rules.NEXT[PhotoState.STORED] == frozenset()


def test_every_purpose_has_its_words() -> None:
    assert set(rules.PURPOSES) == set(Purpose)


@pytest.mark.asvs("5.2.2")
@pytest.mark.parametrize(
    ("start", "found"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"GIF89a", None),
        (b"<svg xmlns=", None),
        (b"<!doctype html>", None),
        (b"%PDF-1.7", None),
        (b"PK\x03\x04", None),
        (b"II*\x00", None),
        (b"\x00\x00\x00\x18ftypheic", None),
        (b"", None),
    ],
)
def test_the_content_decides_the_type(start: bytes, found: str | None) -> None:
    assert rules.type_of(start) == found


@pytest.mark.parametrize(
    ("facts", "fits"),
    [
        ({}, True),
        ({"width": 8000, "height": 5000}, True),
        ({"width": 8000, "height": 5001}, False),
        ({"size": 10_000_001, "parts": [1_000_081] * 10 + [82]}, False),
        ({"size": 1_000_001, "parts": [1_000_082]}, False),
        ({"size": 999, "parts": [1081]}, False),
        ({"size": 0, "parts": [81]}, False),
        ({"size": 1000, "parts": []}, False),
    ],
)
def test_sizes_are_held_to_what_is_promised(facts: dict[str, object], fits: bool) -> None:
    said: dict[str, object] = {"size": 1000, "width": 1600, "height": 1200, "parts": [1081], **facts}

    if fits:
        rules.check_sizes(**said)  # type: ignore[arg-type]
    else:
        with pytest.raises(Refused):
            rules.check_sizes(**said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "facts", "fits"),
    [
        (Method.DRAWN, {"strokes": [[(1, 2, 3)]]}, True),
        (Method.DRAWN, {}, False),
        (Method.DRAWN, {"strokes": [[]]}, False),
        (Method.DRAWN, {"strokes": [[(1, 2, 3)] * 20_001]}, False),
        (Method.DRAWN, {"strokes": [[(1, 2, 3)]], "consent": ""}, False),
        (Method.TYPED, {"typed": "Sunniva Aldous"}, True),
        (Method.TYPED, {}, False),
        (Method.DECLINED, {"consent": ""}, True),
    ],
)
def test_a_signature_is_complete_in_its_own_way(method: Method, facts: dict[str, object], fits: bool) -> None:
    said: dict[str, object] = {"strokes": [], "typed": "", "consent": "I agree to sign on this phone.", **facts}

    if fits:
        rules.check_signature(method=method, **said)  # type: ignore[arg-type]
    else:
        with pytest.raises(Refused):
            rules.check_signature(method=method, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "hash_of_shown", "signed", "current", "word"),
    [
        ("text", "a", "b", "b", "seal"),
        ("text", "a", "a", "b", "changed"),
        ("", "a", "a", "a", "seal"),
    ],
)
def test_a_signature_on_other_words_is_refused(
    shown: str, hash_of_shown: str, signed: str, current: str, word: str
) -> None:
    with pytest.raises(Refused, match=word):
        rules.check_signed_summary(shown=shown, hash_of_shown=hash_of_shown, signed=signed, stood={current})


def test_a_visit_has_room_for_twenty_photos() -> None:
    rules.check_can_add_photo(19)
    with pytest.raises(Refused):
        rules.check_can_add_photo(20)
