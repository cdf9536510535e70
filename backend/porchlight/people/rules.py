"""Signing in: how long a session lives, how wrong tries slow down, what a password needs; join codes; where a phone may go."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.people.values import DeviceState

IDLE = timedelta(minutes=30)  # trust.md, Signing in
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 50
SHORTEST, LONGEST = 15, 300  # seconds between two tries
FRESH = timedelta(minutes=5)  # how long ago one may have signed in to change a way of signing in

# Crockford's base 32: no I, L, O (they are read as 1, 1, 0) and no U. 10 of them are 50 bits (decision 0012).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
CODE_LIVES = timedelta(hours=72)  # trust.md, Signing in
ENTRY_LIVES = timedelta(minutes=30)  # from typing the code to choosing how to sign in
CHALLENGE_LIVES = timedelta(minutes=5)
CHALLENGES_PER_ADDRESS = 300  # at once: an office behind one address opens its day

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200  # characters; NIST SP 800-63B and ASVS 6.2.1, 6.2.9


class NotFresh(Refused):
    """A way of signing in is changed only right after signing in."""

    status = 403


class Invited(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


# An ended one stays ended: "make a new code" makes a new invitation.
NEXT: Mapping[Invited, frozenset[Invited]] = {
    Invited.OPEN: frozenset({Invited.USED, Invited.EXPIRED, Invited.WITHDRAWN}),
    Invited.USED: frozenset(),
    Invited.EXPIRED: frozenset(),
    Invited.WITHDRAWN: frozenset(),
}

# A wipe is never taken back: the phone may have heard it already. Whoever has it again signs in and it is a new device.
NEXT_OF_A_PHONE: Mapping[DeviceState, frozenset[DeviceState]] = {
    DeviceState.ACTIVE: frozenset({DeviceState.LOCKED, DeviceState.WIPING}),
    DeviceState.LOCKED: frozenset({DeviceState.ACTIVE, DeviceState.WIPING}),
    DeviceState.WIPING: frozenset({DeviceState.ERASED, DeviceState.WIPED}),
    DeviceState.ERASED: frozenset({DeviceState.ERASED, DeviceState.WIPED}),
    DeviceState.WIPED: frozenset(),
}


def can_become(state: str, to: DeviceState) -> bool:
    return to in NEXT_OF_A_PHONE[DeviceState(state)]


def confirmed(sealed_left: int) -> DeviceState:
    """What a phone is that has erased all that could be read; sealed_left: how many items still wait on it."""
    return DeviceState.ERASED if sealed_left else DeviceState.WIPED


def order_for(state: str, *, access_ended: bool) -> str:
    """What a phone is told to do when it asks: "wipe", "lock" or nothing."""
    if state in {DeviceState.WIPING, DeviceState.ERASED, DeviceState.WIPED}:
        return "wipe"
    return "lock" if access_ended or state == DeviceState.LOCKED else ""


@dataclass(frozen=True, slots=True)
class Failures:
    """Moments of failed tries: for this account from this address, for the account from anywhere, from the address."""

    both: Sequence[datetime]
    account: Sequence[datetime]
    address: Sequence[datetime]


def session_lives(started_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    return now - last_seen_at < IDLE and now - started_at < ABSOLUTE


def seconds_before_next_try(failures: Failures, *, now: datetime) -> int:
    """0, or how long this address waits before it may try this account again (trust.md, Signing in).

    Whoever guesses slows down their own address. Guesses from everywhere slow an account down by SHORTEST and no more:
    nobody else may keep the one on call out.
    """
    return max(
        seconds_to_wait(failures.both, most=TRIES_PER_ACCOUNT, now=now),
        seconds_to_wait(failures.address, most=TRIES_PER_ADDRESS, now=now),
        seconds_to_wait(failures.account, most=TRIES_PER_ADDRESS, now=now, longest=SHORTEST),
    )


def seconds_to_wait(failures: Sequence[datetime], *, most: int, now: datetime, longest: int = LONGEST) -> int:
    """0, or the delay after too many failures in the window: SHORTEST, doubled each time, at most `longest`."""
    recent = sorted(moment for moment in failures if now - moment < WINDOW)
    over = len(recent) - most
    if over < 0:
        return 0
    delay = timedelta(seconds=min(SHORTEST * 2 ** min(over, 10), longest))
    return max(0, int((recent[-1] + delay - now).total_seconds()))


def is_fresh(signed_in_at: datetime, now: datetime) -> bool:
    return now - signed_in_at < FRESH


def invited(*, used_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, now: datetime) -> Invited:
    """Where an invitation with these moments stands now."""
    if used_at:
        return Invited.USED
    if withdrawn_at:
        return Invited.WITHDRAWN
    return Invited.EXPIRED if now >= expires_at else Invited.OPEN


def check_moves(here: Invited, to: Invited) -> None:
    """Raises Refused when an invitation that stands `here` cannot come to stand there."""
    if to not in NEXT[here]:
        raise Refused(_("This invitation has ended already. Look at the list again."))


def read_code(typed: str) -> str:
    """The ten signs of a join code as they were typed: case, spaces and dashes do not matter. Raises Refused."""
    code = re.sub(r"[\s\-‐-―.]", "", typed).upper().translate(str.maketrans("ILO", "110"))
    if len(code) != CODE_LENGTH or any(sign not in ALPHABET for sign in code):
        raise Refused(_("A code has ten letters and numbers, like 7KQ4M-X2B9T. Look at yours again."), field="code")
    return code


def say_code(code: str) -> tuple[str, str]:
    """In two groups, to be read out and typed."""
    return code[: CODE_LENGTH // 2], code[CODE_LENGTH // 2 :]


def sign_in_name(typed: str) -> str:
    """What somebody signs in with: an e-mail address in small letters, or a phone number in E.164."""
    text = typed.strip().lower()
    digits = re.sub(r"\D", "", text)
    if "@" in text or not digits or re.search(r"[a-z]", text):
        return text
    return f"+{digits}" if text.startswith("+") or len(digits) > 10 else f"+1{digits}"


def check_sign_in_name(typed: str, *, field: str = "reach") -> str:
    """The name, if a message or a call can go there. Raises Refused."""
    name = sign_in_name(typed)
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+|\+\d{8,15}", name):
        raise Refused(
            _("Write an e-mail address like sam@example.org, or a phone number like 555-555-0142."), field=field
        )
    return name


def names_in(name: str, sign_in_name: str, agency: str) -> list[str]:
    """What a password may not be (ASVS 6.2.11)."""
    return [name, *name.split(), *sign_in_name.split("@"), "porchlight", agency]


def check_password(password: str, *, common: bool, about: Iterable[str]) -> None:
    """NIST SP 800-63B, 3.1.1.2: long enough, not known to everybody, not one's own name; no other rules. Raises Refused.

    common: whether it stands on the list of common ones. about: names of the person, the agency and the product.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            _("A password needs at least 8 characters. Three or four words in a row are good."), field="password"
        )
    if len(password) > LONGEST_PASSWORD:
        raise Refused(_("This password is too long. 200 characters are the most."), field="password")
    bare = re.sub(r"[^\w]|[\d_]", "", password).lower()
    known = {re.sub(r"[\W\d_]", "", name).lower() for name in about} - {""}
    if common or len(set(password)) < 3 or bare in known:
        raise Refused(_("Many people use this password, or it can be guessed. Choose another one."), field="password")


def platform_of(user_agent: str) -> str:
    """iphone, android or desktop, by what a browser says of itself. An iPad says that it is a Mac."""
    if re.search(r"iPhone|iPad|iPod", user_agent):
        return "iphone"
    return "android" if "Android" in user_agent else "desktop"


def machine_of(user_agent: str) -> str:
    """The machine's own name, to tell passkeys apart; empty where a browser does not say."""
    names = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "CrOS", "Linux")
    found = next((name for name in names if name in user_agent), "")
    return {"Macintosh": "Mac", "CrOS": "Chromebook"}.get(found, found)
