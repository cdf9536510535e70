"""Reading how a person is reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.alerts import set_up
from porchlight.alerts.models import OptOut, OwnWay, PushOnly, QuietHours
from porchlight.alerts.reaching import Way
from porchlight.alerts.subscriptions import live_subscriptions
from porchlight.alerts.texts.rules import dialled
from porchlight.alerts.values import Channel, Urgency
from porchlight.alerts.ways.rules import SECOND, quiet_until
from porchlight.people import numbers
from porchlight.people import queries as people
from porchlight.people.queries import AccountLine

ORDER = list(Channel)
_OWN = select(OwnWay).where(col(OwnWay.account_id) == sa.bindparam("account"))


@dataclass(frozen=True, slots=True)
class WayLine:
    """One channel of one person. works: an alert may be tried on it now. phones: those with push turned on.

    set_up: this installation has the channel at all. stopped: the number said STOP or is another person's.
    """

    channel: Channel
    address: str
    place: int
    after: timedelta | None
    phones: tuple[UUID, ...]
    set_up: bool
    proven_at: datetime | None
    dead_at: datetime | None
    stopped: bool
    code_sent_at: datetime | None

    @property
    def works(self) -> bool:
        there = bool(self.phones) if self.channel == Channel.PUSH else bool(self.address)
        return self.set_up and there and self.dead_at is None and not self.stopped


def own(session: Session, account_id: UUID) -> list[WayLine]:
    """Every channel of this person in their own order, those that do not work too; nothing for an account that ended."""
    person = people.account(session, account_id)
    if person is None or not person.here:
        return []
    rows = {row.channel: row for row in session.exec(_OWN, params={"account": account_id})}
    phones = tuple(live_subscriptions(session, account_id))
    there = set_up.of(session)
    found = [_line(session, person, one, rows.get(one), phones, there) for one in ORDER]
    return sorted(found, key=lambda one: (one.place, ORDER.index(one.channel)))


def _line(
    session: Session,
    person: AccountLine,
    channel: Channel,
    row: OwnWay | None,
    phones: tuple[UUID, ...],
    there: frozenset[Channel],
) -> WayLine:
    address = address_of(person, channel)
    same = row if row and row.address == address else None  # what was proven of another number proves nothing of this
    return WayLine(
        channel=channel,
        address=address,
        place=row.place if row else ORDER.index(channel),
        after=timedelta(seconds=row.after_seconds) if row and row.after_seconds else None,
        phones=phones if channel == Channel.PUSH else (),
        set_up=channel in there,
        proven_at=same.proven_at if same else None,
        dead_at=same.dead_at if same else None,
        stopped=channel == Channel.SMS and channel in there and opted_out(session, address),
        code_sent_at=same.code_sent_at if same else None,
    )


def address_of(person: AccountLine, channel: Channel) -> str:
    """Where this channel leads: a number in E.164, an address, or "" (push leads to phones)."""
    if channel == Channel.EMAIL:
        return person.email if "@" in person.email else ""
    return "" if channel == Channel.PUSH else dialled(person.phone)


def usable(session: Session, account_id: UUID, urgency: Urgency) -> list[Way]:
    """The channels that an alert may be tried on now, in order.

    A crisis tries a number that nobody has proven, too: the words say nothing, and silence is worse. A notice
    rings nobody, and texts only a number that is proven.
    """
    calm = urgency == Urgency.CALM
    return [
        Way(one.channel, one.after, one.phones)
        for one in own(session, account_id)
        if one.works
        and not (calm and (one.channel == Channel.VOICE or (one.channel == Channel.SMS and not one.proven_at)))
    ]


def reachable(session: Session, account_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those who have at least one channel that a crisis may be tried on."""
    return frozenset(
        one for one in account_ids if live_subscriptions(session, one) or usable(session, one, Urgency.SOON)
    )


def second_channel(session: Session, account_id: UUID) -> bool:
    """Whether this person may be on call: a text or a call reaches them, proven; or a supervisor accepted push alone."""
    proven = any(one.channel in SECOND and one.works and one.proven_at for one in own(session, account_id))
    return proven or accepted(session, account_id) is not None


def accepted(session: Session, account_id: UUID) -> PushOnly | None:
    """The supervisor's word that stands, that push alone is enough for this person."""
    query = select(PushOnly).where(PushOnly.account_id == account_id).order_by(col(PushOnly.at), col(PushOnly.id))
    rows = list(session.exec(query))
    return rows[-1] if rows and rows[-1].accepted else None


def opted_out(session: Session, number: str) -> bool:
    row = session.get(OptOut, number) if number else None
    return row is not None and row.lifted_at is None


def quiet(session: Session, account_id: UUID) -> tuple[time, time] | None:
    row = session.get(QuietHours, account_id)
    return (row.from_time, row.until_time) if row else None


def quiet_over(session: Session, account_id: UUID, *, now: datetime) -> datetime:
    """When this person may be sent a notice: now, or at the end of the quiet hours on their own clock."""
    hours, actor = quiet(session, account_id), people.actor_of(session, account_id)
    return quiet_until(*hours, actor.time_zone, now) if hours and actor else now


def people_of(session: Session, number: str) -> list[UUID]:
    """Whose number this is, among those who may still sign in."""
    return [one for one, typed in numbers.ending_like(session, number) if dialled(typed) == number]
