"""Who asks for calendars that are not there waits longer each time; a calendar that was read costs nobody a try."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from porchlight.oncall.feeds.models import CalendarTry
from porchlight.people import rules as people


def seconds_to_wait(session: Session, address: str, *, now: datetime) -> int:
    """0, or how long this address waits before it may ask for a calendar again.

    Its tries are counted apart from those of signing in: a calendar app that was forgotten keeps nobody out.
    """
    recent = select(CalendarTry.at).where(CalendarTry.address == address, CalendarTry.at > now - people.WINDOW)
    return people.seconds_to_wait(list(session.exec(recent)), most=people.TRIES_PER_ADDRESS, now=now)


def note_try(session: Session, address: str, *, now: datetime) -> None:
    session.execute(delete(CalendarTry).where(col(CalendarTry.at) < now - people.WINDOW))
    session.add(CalendarTry(address=address, at=now))
