"""Making an address for a calendar, and giving it up."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.ids import new_secret
from porchlight.core.keys import sha256
from porchlight.core.refused import NotFound
from porchlight.oncall import queries
from porchlight.oncall.feeds.models import CalendarFeed
from porchlight.oncall.views import check_staff

NOT_FOUND = _("We could not find this calendar. Go back to My shifts and make a new address.")


def make(session: Session, actor: Actor, schedule_id: UUID | None, *, now: datetime) -> str:
    """A new address for the person's own shifts, or for a schedule of where they work; the one before ends.

    Returns its secret, 43 characters of base64url; only the hash is kept. Raises NotFound.
    """
    check_staff(actor)
    if schedule_id is not None:
        schedule = queries.schedule(session, schedule_id)
        if schedule is None or schedule.organization_id != actor.organization_id:
            raise NotFound(NOT_FOUND)
    for row in _live(session, actor, schedule_id):
        _end(session, actor, row, now)
    token = new_secret()
    made = CalendarFeed(
        account_id=actor.account_id, schedule_id=schedule_id, token_hash=sha256(token.encode()), made_at=now
    )
    session.add(made)
    audit.record(session, actor, "calendar.made", made.id, now=now, schedule=str(schedule_id or ""))
    return token


def end(session: Session, actor: Actor, feed_id: UUID, *, now: datetime) -> None:
    """The address answers nobody any more. Ending it again changes nothing. Raises NotFound for somebody else's."""
    row = session.get(CalendarFeed, feed_id, with_for_update=True)
    if row is None or row.account_id != actor.account_id:
        raise NotFound(NOT_FOUND)
    if row.ended_at is None:
        _end(session, actor, row, now)


def _live(session: Session, actor: Actor, schedule_id: UUID | None) -> list[CalendarFeed]:
    same = col(CalendarFeed.schedule_id) == schedule_id if schedule_id else col(CalendarFeed.schedule_id).is_(None)
    query = select(CalendarFeed).where(
        CalendarFeed.account_id == actor.account_id, same, col(CalendarFeed.ended_at).is_(None)
    )
    return list(session.exec(query.with_for_update()))


def _end(session: Session, actor: Actor, row: CalendarFeed, now: datetime) -> None:
    row.ended_at = now
    session.add(row)
    audit.record(session, actor, "calendar.ended", row.id, now=now)
