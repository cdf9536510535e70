"""A telephone number as it was said, and what a line needs to be one that people can ring."""

import re
from datetime import timedelta

from porchlight.core.i18n import _
from porchlight.core.refused import Refused

HELPERS = ("police", "mobile_crisis", "interpreter")  # whom a responder rings, in the order of the page
LONGEST_NUMBER = 40
SHORTEST, LONGEST = 7, 15  # digits; E.164 has 15 at most
LONGEST_LINE = 200  # characters of a name, of a number as it was said
SAME_PRESS = timedelta(minutes=1)
HOME = "+1"
HOME_DIGITS = 10


def number_as_said(typed: str) -> str:
    """A caller's number in E.164 where it looks like one; else as it was said: an alert is never refused for a number."""
    digits = re.sub(r"\D", "", typed)
    if typed.strip().startswith("+") and SHORTEST <= len(digits) <= LONGEST:
        return f"+{digits}"
    if len(digits) == HOME_DIGITS:
        return f"{HOME}{digits}"
    if len(digits) == HOME_DIGITS + 1 and digits.startswith("1"):
        return f"+{digits}"
    return typed.strip()[:LONGEST_NUMBER]


def line_number(typed: str, *, field: str = "phone") -> str:
    """The number of a line in E.164. Raises Refused."""
    found = number_as_said(typed)
    if not re.fullmatch(r"\+\d{7,15}", found):
        raise Refused(_("Write a phone number like 555-555-0142."), field=field)
    return found


def helper_number(typed: str, *, field: str) -> str:
    """A helper's number in E.164, a short one as it is dialled, or "" for none. Raises Refused."""
    return typed if re.fullmatch(r"|\d{3}", typed) else line_number(typed, field=field)
