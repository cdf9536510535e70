"""Signing in: how long a session lives, how wrong tries slow down, what a password needs; and where a phone may go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from porchlight.people.values import DeviceState

IDLE = timedelta(minutes=30)  # trust.md, Signing in
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 50
SHORTEST, LONGEST = 15, 300  # seconds between two tries

# A wipe is never taken back: the phone may have heard it already. Whoever has it again signs in and it is a new device.
NEXT: Mapping[DeviceState, frozenset[DeviceState]] = {
    DeviceState.ACTIVE: frozenset({DeviceState.LOCKED, DeviceState.WIPING}),
    DeviceState.LOCKED: frozenset({DeviceState.ACTIVE, DeviceState.WIPING}),
    DeviceState.WIPING: frozenset({DeviceState.ERASED, DeviceState.WIPED}),
    DeviceState.ERASED: frozenset({DeviceState.ERASED, DeviceState.WIPED}),
    DeviceState.WIPED: frozenset(),
}


def can_become(state: str, to: DeviceState) -> bool:
    return to in NEXT[DeviceState(state)]


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
