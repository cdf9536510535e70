"""Signing in: how long a session lives, how wrong tries slow down, what a password needs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

IDLE = timedelta(minutes=30)  # trust.md, Signing in
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 50


def session_lives(started_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    return now - last_seen_at < IDLE and now - started_at < ABSOLUTE


def seconds_to_wait(failures: Sequence[datetime], *, most: int, now: datetime) -> int:
    """0, or the delay after too many failures in the window: 15 s, doubled each time, at most 5 minutes; never a lock-out."""
    recent = sorted(moment for moment in failures if now - moment < WINDOW)
    over = len(recent) - most
    if over < 0:
        return 0
    delay = timedelta(seconds=min(15 * 2**over, 300))
    return max(0, int((recent[-1] + delay - now).total_seconds()))
