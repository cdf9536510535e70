"""When a family may be texted, reminded and rung: pure. Sources: oncall.md, Texts to families; screens.md, journey (b)."""

from datetime import datetime, time, timedelta

from porchlight.core.clock import at_wall, local

# After the first message: a reminder, a second one, and then somebody rings.
REMIND_AFTER = (timedelta(hours=24), timedelta(hours=48))
RING_AFTER = timedelta(hours=72)
APART = timedelta(hours=12)  # at least, where we were late ourselves
# A home is texted by day on its own clock; 47 CFR 64.1200(c)(1) names 8 am and 9 pm for those who sell something.
FROM, UNTIL = time(8), time(21)
MORNING = time(9)  # for what waits until tomorrow


def may_text_at(now: datetime, zone: str, last_text_at: datetime | None) -> datetime:
    """The first moment from now at which this home may be texted: by day, and not on a day when it was texted already."""
    wall = local(now, zone)
    if last_text_at and local(last_text_at, zone).date() >= wall.date():
        day = local(last_text_at, zone).date() + timedelta(days=1)
        return at_wall(datetime.combine(day, MORNING), zone)
    if wall.time() < FROM:
        return at_wall(datetime.combine(wall.date(), FROM), zone)
    if wall.time() >= UNTIL:
        return at_wall(datetime.combine(wall.date() + timedelta(days=1), FROM), zone)
    return now


def next_after(sent_at: datetime, times: int, now: datetime) -> datetime:
    """When to look again at a message that was sent so many times: another reminder, or time to ring."""
    due = sent_at + (REMIND_AFTER[times - 1] if times <= len(REMIND_AFTER) else RING_AFTER)
    return max(due, now + APART)
