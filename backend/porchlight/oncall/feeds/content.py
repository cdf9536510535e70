"""What stands in a calendar: the person's own shifts, or a schedule's with first names; never a child, never a number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.clock import at_wall, local_day
from porchlight.core.i18n import _, translate
from porchlight.core.refused import NotFound
from porchlight.oncall import queries, shifts
from porchlight.oncall.feeds import queries as feeds
from porchlight.oncall.feeds.queries import FeedLine
from porchlight.oncall.feeds.service import NOT_FOUND
from porchlight.oncall.feeds.values import Entry, uid_of
from porchlight.oncall.feeds.writing import calendar
from porchlight.oncall.shifts import Held
from porchlight.oncall.views import STAFF
from porchlight.people import queries as people

BEHIND, AHEAD = timedelta(days=31), timedelta(days=184)
POSITIONS = {
    "worker": _("First on call"),
    "backup": _("Backup"),
    "supervisor": _("Supervisor"),
    "director": _("Director"),
}
ON_CALL = _("On call: {position}")
SOMEBODY = _("{name}: {position}")
NOTHING = _("Change or swap a shift in Porchlight, not here.")
MINE = _("My on-call shifts")


def of_feed(session: Session, token: str, *, url: str, now: datetime) -> bytes | None:
    """The calendar at this address; None for one that was given up, and where its person may not read it."""
    feed = feeds.feed_of(session, token)
    actor = people.actor_of(session, feed.account_id) if feed else None
    if feed is None or actor is None or not actor.has(*STAFF):
        return None
    if feed.schedule_id is None:
        found, name, names = _within(session, actor, now), translate(MINE, actor.locale), None
    else:
        found, name, names = _of_schedule(session, actor, feed, now)
    entries = _entries(session, found, actor, names)
    return calendar(name, entries, uid=feed.id, url=f"{url}/oncall/mine", language=actor.locale)


def of_shift(session: Session, actor: Actor, shift: Held, *, url: str) -> bytes:
    """One shift of one's own as a file. Raises NotFound for somebody else's."""
    if shift.account_id != actor.account_id:
        raise NotFound(shifts.GONE)
    entries = _entries(session, [shift], actor, None)
    name = translate(MINE, actor.locale)
    return calendar(
        name, entries, uid=UUID(entries[0].uid), url=f"{url}{shift.path}", language=actor.locale, following=False
    )


def _span(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """By whole days, so that a feed stays the same, to the byte, while nothing changes."""
    day = local_day(now, zone)
    return at_wall(datetime.combine(day - BEHIND, time.min), zone), at_wall(
        datetime.combine(day + AHEAD, time.min), zone
    )


def _within(session: Session, actor: Actor, now: datetime) -> list[Held]:
    return shifts.mine(session, actor, *_span(now, actor.time_zone))


def _of_schedule(
    session: Session, actor: Actor, feed: FeedLine, now: datetime
) -> tuple[list[Held], str, Mapping[UUID, str]]:
    schedule = queries.schedule(session, feed.schedule_id) if feed.schedule_id else None
    if schedule is None or schedule.organization_id != actor.organization_id:
        raise NotFound(NOT_FOUND)
    found = shifts.whole(session, schedule, *_span(now, schedule.zone))
    known = people.accounts(session, list({one.account_id for one in found}))
    return found, schedule.name, first_names({id_: line.name for id_, line in known.items()})


def first_names(names: Mapping[UUID, str]) -> dict[UUID, str]:
    """First names; of two who share one, with the first letter of the last."""
    firsts = Counter(name.split()[0] for name in names.values() if name.strip())

    def short(name: str) -> str:
        parts = name.split() or [""]
        return f"{parts[0]} {parts[-1][0]}." if firsts[parts[0]] > 1 and len(parts) > 1 else parts[0]

    return {id_: short(name) for id_, name in names.items()}


def _entries(session: Session, found: Sequence[Held], actor: Actor, names: Mapping[UUID, str] | None) -> list[Entry]:
    changed = {one.id: feeds.changed_at(session, one.id) for one in {held.schedule for held in found}}
    return [
        Entry(
            uid=uid_of(one.schedule.id, one.position, one.account_id, one.start),
            start=one.start,
            end=one.end,
            summary=_summary(one, actor.locale, names),
            description=translate(NOTHING, actor.locale),
            revision=one.schedule.revision,
            changed_at=changed[one.schedule.id],
            settled=one.schedule.published_until is None or one.end <= one.schedule.published_until,
        )
        for one in sorted(found, key=lambda one: (one.start, one.position))
    ]


def _summary(one: Held, locale: str, names: Mapping[UUID, str] | None) -> str:
    position = translate(POSITIONS.get(one.position, one.position), locale)
    if names is None:
        return translate(ON_CALL, locale, position=position)
    return translate(SOMEBODY, locale, name=names.get(one.account_id, ""), position=position)
