"""Counting segments, reading numbers and replies, and the words that go out: by table."""

import pytest

from porchlight.alerts.texts import rules, words
from porchlight.alerts.texts.rules import Said
from porchlight.alerts.values import Severity
from porchlight.core.i18n import LOCALES, translate


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ñ" * 160, 1),  # in the default alphabet, as é, à, ü and ¿ are
        ("é¿¡Ñü" * 32, 1),
        ("€" * 80, 1),  # behind an escape: two places each
        ("€" * 81, 2),
        ("[" * 153, 3),  # 76 a segment, for no pair is cut in two
        ("á" * 70, 1),  # á, í, ó and ú are not: 70 characters a segment
        ("á" + "a" * 69, 1),
        ("á" + "a" * 70, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("😀" * 35, 1),  # two units each
        ("😀" * 36, 2),
        ("😀" * 67, 3),  # 33 a segment
    ],
)
def test_segments_are_counted_as_carriers_do(text: str, segments: int) -> None:
    assert rules.segments(text) == segments


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+15555550110", "+15555550110"),
        ("(555) 555-0110", "+15555550110"),
        ("1 555 555 0110", "+15555550110"),
        ("555.555.0110", "+15555550110"),
        ("+52 55 5555 0110", "+525555550110"),
        ("555-0110", "+5550110"),
        ("0110", ""),
        ("", ""),
        ("call me", ""),
        ("+05555550110", ""),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, number: str) -> None:
    assert rules.dialled(typed) == number


@pytest.mark.parametrize(
    ("reply", "meant"),
    [
        ("1", Said.TAKE),
        (" 1. ", Said.TAKE),
        ("“1”", Said.TAKE),
        ("Sí", Said.TAKE),
        ("11", Said.OTHER),
        ("1 but I am an hour away", Said.OTHER),
        ("STOP", Said.STOP),
        ("Stop!", Said.STOP),
        ("ALTO", Said.STOP),
        ("stop it please", Said.OTHER),
        ("unstop", Said.START),
        ("ayuda", Said.HELP),
        ("Wrong  number.", Said.WRONG_PERSON),
        ("Número equivocado", Said.WRONG_PERSON),
        ("", Said.OTHER),
    ],
)
def test_a_reply_means_what_its_words_say_and_no_more(reply: str, meant: Said) -> None:
    assert rules.understood(reply) == meant


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("severity", Severity)
def test_every_text_fits_one_segment_in_both_languages(severity: Severity, locale: str) -> None:
    said = words.text(severity, locale, agency="A" * 40, phone="+15555550100", replies=True)

    assert rules.segments(said) == 1


@pytest.mark.parametrize("locale", LOCALES)
def test_codes_and_answers_fit_one_segment(locale: str) -> None:
    each = [words.CODE, *words.ANSWERS.values()]
    said = [translate(one, locale, agency="A" * 40, phone="+15555550100", code="123456") for one in each]

    assert [rules.segments(one) for one in said] == [1] * len(said)


def test_a_voice_reads_numbers_digit_by_digit() -> None:
    assert words.spelled("+1 555") == "1, 5, 5, 5"
    assert words.call(Severity.CRISIS, "en", agency="Alder", phone="+1555").count("1, 5, 5, 5") == 2


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        (0, 49, []),
        (0, 50, [50]),
        (50, 51, []),
        (49, 80, [50, 80]),
        (79, 100, [80, 100]),
        (100, 300, []),
        (0, 500, [50, 80, 100]),
    ],
)
def test_each_part_of_a_limit_is_crossed_once(before: int, after: int, parts: list[int]) -> None:
    assert rules.crossed(before, after, 100) == parts
    assert rules.crossed(before, after, 0) == []
