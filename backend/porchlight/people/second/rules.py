"""Codes of an authenticator app: which are good now, how long one has to type one, who may set one up (RFC 6238)."""

import re
from datetime import datetime, timedelta

from porchlight.core.i18n import _
from porchlight.core.refused import Refused

STEP = 30  # seconds, RFC 6238, 5.2
DRIFT = 1  # steps that a phone's clock may be wrong
DIGITS = 6
HALF_LIVES = timedelta(minutes=10)  # ASVS 6.5.5
TRIES = 5  # codes for one password; then it is typed again
# Whoever knows the password slows the account's codes down for everybody, by a minute at most: the one on call gets in.
LONGEST = 60  # seconds


def step_of(moment: datetime) -> int:
    """The step of time that a moment lies in."""
    return int(moment.timestamp()) // STEP


def good_steps(now: datetime, last_step: int) -> list[int]:
    """The steps whose codes are good now, of which none was used before."""
    here = step_of(now)
    return [step for step in range(here - DRIFT, here + DRIFT + 1) if step > last_step]


def read_digits(typed: str) -> str:
    """Six digits as they were typed, with or without a space. Raises Refused."""
    digits = re.sub(r"[\s\-]", "", typed)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits):
        raise Refused(_("Type the six digits that your authenticator app shows now."), field="code")
    return digits


def lives(made_at: datetime, tries: int, now: datetime) -> bool:
    """Whether a half sign-in may still become a whole one."""
    return now - made_at < HALF_LIVES and tries < TRIES


def check_may_begin(*, has_passkey: bool, has_agency: bool) -> None:
    """Raises Refused where a password alone would be a way around a stronger one.

    Who knows the password of somebody with a passkey could otherwise set up an authenticator of their own.
    """
    if has_passkey or has_agency:
        raise Refused(
            _("Your password needs a code now. Sign in another way first, then set it up under More."), field="email"
        )


def in_fours(letters: str) -> str:
    """A secret as people type it."""
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
