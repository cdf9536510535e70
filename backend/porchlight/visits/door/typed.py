"""The short code, typed by somebody whose phone cannot read the picture: it leads to the page that shows the visit."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from porchlight.core.keys import Keys, sha256
from porchlight.people import rules as people
from porchlight.visits.door import rules, service
from porchlight.visits.models import DoorCode, DoorTry


def seconds_to_wait(session: Session, address: str, *, now: datetime) -> int:
    """0, or how long this address waits before its next code."""
    recent = select(DoorTry.at).where(DoorTry.address == address, DoorTry.at > now - people.WINDOW)
    return people.seconds_to_wait(list(session.exec(recent)), most=rules.MOST_TRIES, now=now)


def link_of(session: Session, typed: str, *, keys: Keys, now: datetime) -> str | None:
    """The token of the page behind a short code; None when there is none, or its visit is not here yet."""
    query = select(DoorCode).where(DoorCode.code_hash == sha256(rules.plain(typed).encode()), DoorCode.ends_at > now)
    door = session.exec(query).first()
    return service.link(session, door, keys=keys, now=now) if door else None


def note_try(session: Session, address: str, *, now: datetime) -> None:
    session.execute(delete(DoorTry).where(col(DoorTry.at) < now - people.WINDOW))
    session.add(DoorTry(address=address, at=now))
