"""What a fresh installation must know of its agency before anybody can work with it."""

import re
from datetime import timedelta
from zoneinfo import available_timezones

from porchlight.core.i18n import _
from porchlight.core.refused import FieldError, Invalid

LIVES = timedelta(hours=24)  # of an address; the next start prints another one
# Those of the United States come first; any other IANA name may be written.
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)


def number(typed: str) -> str:
    """A telephone number in E.164; empty for what is none. Ten digits are taken for a number of the United States."""
    digits = re.sub(r"[\s().\-]", "", typed)
    if re.fullmatch(r"\+[1-9]\d{7,14}", digits):
        return digits
    if re.fullmatch(r"1?[2-9]\d{9}", digits):
        return f"+1{digits[-10:]}"
    return ""


def check_agency(*, phone: str, hotline: str, zone: str) -> tuple[str, str]:
    """Both numbers in E.164. Raises Invalid, each mistake beside its field."""
    found = {"phone": number(phone), "hotline": number(hotline)}
    words = _("Write a telephone number like 555-555-0142, with its area code.")
    wrong = [FieldError(name, words, {}) for name, said in found.items() if not said]
    if zone not in available_timezones():
        wrong.append(FieldError("time_zone", _("Choose one from the list."), {}))
    if wrong:
        raise Invalid(wrong)
    return found["phone"], found["hotline"]
