"""A way that stopped working, and telling the person and their supervisor when it was the last one."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from porchlight.alerts.models import OwnWay
from porchlight.alerts.notices import telling
from porchlight.alerts.values import Channel, Urgency
from porchlight.alerts.ways import queries
from porchlight.core.i18n import _
from porchlight.people import queries as people

YOURS = _("No alert can reach you any more. Open “How we reach you” and turn one channel on again.")
THEIRS = _("No alert can reach {name} any more. Call them, and see who is on call.")
STOPPED = _("{name} gets no more texts: the number said STOP. Call them, and see who is on call.")
WRONG = _("{name} gets no more texts: the number is another person's. Ask for their right number.")
HREF = "/alerts/ways"


def row_of(session: Session, account_id: UUID, channel: str) -> OwnWay | None:
    """The row of this channel for the address that it has today, made or brought up to date; None without an address."""
    person = people.account(session, account_id)
    address = queries.address_of(person, Channel(channel)) if person else ""
    query = select(OwnWay).where(OwnWay.account_id == account_id, OwnWay.channel == channel).with_for_update()
    row = session.exec(query).one_or_none()
    if not address and channel != Channel.PUSH:
        return row
    if row is None:
        place = queries.ORDER.index(Channel(channel))
        row = OwnWay(account_id=account_id, channel=channel, address=address, place=place)
    elif row.address != address:
        row.address, row.proven_at, row.dead_at, row.code_sent_at = address, None, None, None
    session.add(row)
    session.flush()
    return row


def lose(session: Session, account_id: UUID, channel: str, trouble: str, *, now: datetime) -> None:
    """This channel of this person does not work any more."""
    row = row_of(session, account_id, channel)
    if row is None or row.dead_at:
        return
    row.dead_at, row.trouble = now, trouble[:40]
    session.add(row)
    session.flush()
    check(session, account_id, now=now)


def check(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Tell both when nothing is left by which a crisis could reach this person."""
    if queries.usable(session, account_id, Urgency.SOON) or people.actor_of(session, account_id) is None:
        return
    key = f"unreachable/{account_id}/{now:%Y-%m-%d}"
    telling.tell(session, account_id, YOURS, {}, href=HREF, key=key, now=now)
    tell_supervisor(session, account_id, THEIRS, key=f"{key}/above", now=now)


def tell_supervisor(session: Session, account_id: UUID, words: str, *, key: str, now: datetime) -> None:
    person, above = people.account(session, account_id), people.who_reads(session, account_id)
    if person and above != account_id:
        telling.tell(session, above, words, {"name": person.name}, href="/ready/team", key=key, now=now)
