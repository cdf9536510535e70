"""How many segments a text has, which number it may go to, and what a reply means (3GPP TS 23.038; CTIA's keywords)."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

# The default alphabet of GSM 7-bit, and what takes two places because it stands behind an escape.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
ONE, MANY = 160, 153  # septets in a lone segment; in each of several, which carry a header
ONE_WIDE, MANY_WIDE = 70, 67  # 16-bit units, as soon as one character is in neither list

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class Said(StrEnum):
    """What a reply to a text means."""

    TAKE = "take"
    STOP = "stop"
    START = "start"
    HELP = "help"
    WRONG_PERSON = "wrong_person"
    OTHER = "other"


WORDS: Mapping[str, Said] = {
    **dict.fromkeys(("1", "yes", "si"), Said.TAKE),
    **dict.fromkeys(
        ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "alto", "parar", "cancelar", "baja"), Said.STOP
    ),
    **dict.fromkeys(("start", "unstop", "comenzar", "alta"), Said.START),
    **dict.fromkeys(("help", "info", "ayuda"), Said.HELP),
    **dict.fromkeys(
        ("wrong", "wrong person", "wrong number", "numero equivocado", "persona equivocada", "equivocado"),
        Said.WRONG_PERSON,
    ),
}
FOLD = str.maketrans("áéíóúüñ", "aeiouun")


def is_wide(text: str) -> bool:
    """Whether one character forces the whole text into 16 bits a character."""
    return any(one not in BASIC and one not in EXTENSION for one in text)


def segments(text: str) -> int:
    """How many segments a carrier counts, and charges. A character is never cut in two between segments."""
    if is_wide(text):
        return _filled([len(one.encode("utf-16-be")) // 2 for one in text], ONE_WIDE, MANY_WIDE)
    return _filled([2 if one in EXTENSION else 1 for one in text], ONE, MANY)


def _filled(widths: list[int], one: int, many: int) -> int:
    if sum(widths) <= one:
        return 1
    full, used = 1, 0
    for width in widths:
        if used + width > many:
            full, used = full + 1, 0
        used += width
    return full


def dialled(typed: str) -> str:
    """A number as a network wants it (E.164), from what people type; "" when it is none. Ten digits are North American."""
    plus, digits = typed.strip().startswith("+"), re.sub(r"[^0-9]", "", typed)
    if not plus and len(digits) == 10:
        digits = f"1{digits}"
    number = f"+{digits}"
    return number if E164.fullmatch(number) else ""


def understood(reply: str) -> Said:
    """What somebody meant; case, accents and stops around it do not matter."""
    plain = re.sub(r"[\s.,;:!¡¿?\"'“”]+", " ", reply.lower().translate(FOLD)).strip()
    return WORDS.get(plain, Said.OTHER)


def month_of(now: datetime) -> datetime:
    """The beginning of the month that a spend limit counts, as the provider does: in UTC."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def crossed(before: int, after: int, limit: int) -> list[int]:
    """Which of 50, 80 and 100 per cent of the limit this cost has reached. All in one unit; limit 0: none."""
    return [part for part in (50, 80, 100) if limit and before * 100 < limit * part <= after * 100]


STALE = timedelta(hours=1)
