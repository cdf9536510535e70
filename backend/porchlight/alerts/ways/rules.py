"""Quiet hours, codes that prove a number, and the order of a person's channels; pure."""

from datetime import datetime, time, timedelta

from porchlight.alerts.values import Channel
from porchlight.core.clock import at_wall, local

CODE_LIVES = timedelta(minutes=10)
CODE_AGAIN = timedelta(minutes=1)
CODE_TRIES = 5
# Those that may be proven, and that wake somebody whose phone shows no push.
SECOND = (Channel.SMS, Channel.VOICE)
# A person may wait longer for a channel than we would, but not so long that the next person is called first.
LEAST_WAIT, MOST_WAIT = 10, 240  # seconds; the backup is called after 300
# Notices come together: one a quarter of an hour, and the first waits a minute for those that follow it.
GATHER = timedelta(minutes=1)
APART = timedelta(minutes=15)


def quiet_until(from_time: time, until_time: time, zone: str, now: datetime) -> datetime:
    """When the quiet hours that hold now are over; now itself when none hold. Half-open, may go over midnight."""
    if from_time == until_time:
        return now
    wall = local(now, zone)
    clock = wall.time().replace(tzinfo=None)
    over_night = from_time > until_time
    inside = (clock >= from_time or clock < until_time) if over_night else from_time <= clock < until_time
    if not inside:
        return now
    day = wall.date() + timedelta(days=1) if over_night and clock >= from_time else wall.date()
    # In the hour that an autumn night has twice they end when that time comes first, but never before now.
    return max(at_wall(datetime.combine(day, until_time), zone), now)


def notice_at(quiet_over: datetime, last_sent_at: datetime | None, now: datetime) -> datetime:
    """When a notice may go out: after a minute, a quarter of an hour after the last one, and not in quiet hours."""
    soonest = now + GATHER
    if last_sent_at:
        soonest = max(soonest, last_sent_at + APART)
    return max(soonest, quiet_over)


def code_is_good(code_sent_at: datetime | None, tries: int, now: datetime) -> bool:
    """Whether a code may still be typed."""
    return code_sent_at is not None and now - code_sent_at < CODE_LIVES and tries < CODE_TRIES


def may_send_code(code_sent_at: datetime | None, now: datetime) -> bool:
    return code_sent_at is None or now - code_sent_at >= CODE_AGAIN
