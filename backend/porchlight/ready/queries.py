"""Reading what phones have proven: one phone's card, and whose phones are not there yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from porchlight.alerts import queries as alerts
from porchlight.core.actor import Actor
from porchlight.people import queries as people
from porchlight.people.queries import AccountLine
from porchlight.ready import rules
from porchlight.ready.models import DeviceCheck
from porchlight.ready.rules import Line
from porchlight.ready.values import Check, Standing


@dataclass(frozen=True, slots=True)
class Unproven:
    """A person whose best phone has not proven everything. label and last_seen_at: of that phone; none is set up: None."""

    person: AccountLine
    missing: list[Check]
    label: str
    last_seen_at: datetime | None


def card_of(session: Session, device_id: UUID | None) -> list[Line]:
    """What this phone has proven; nothing yet where it is not enrolled."""
    if device_id is None:
        return rules.card({}, subscribed=False, answered_at=None)
    rows = session.exec(select(DeviceCheck).where(DeviceCheck.device_id == device_id)).all()
    said = {Check(row.kind): Line(Check(row.kind), Standing(row.state), row.proven_at) for row in rows}
    answered_at = alerts.answered_at(session, device_id)
    return rules.card(said, subscribed=alerts.subscribed(session, device_id), answered_at=answered_at)


def progress(session: Session, actor: Actor) -> dict[str, int] | None:
    """How much of its card this person's phone has proven; None once that is all."""
    lines = card_of(session, actor.device_id)
    left = len(rules.missing(lines))
    return {"proven": len(lines) - left, "all": len(lines)} if left else None


def unproven(session: Session, account_ids: Iterable[UUID]) -> list[Unproven]:
    """Those of these people whose phone has not proven everything, by name. Of several phones the best one counts."""
    found = []
    for person in people.accounts(session, list(account_ids)).values():
        phones = [one for one in people.devices_of(session, person.id) if one.revoked_at is None]
        cards = [(rules.missing(card_of(session, phone.id)), phone) for phone in phones]
        if not cards:
            found.append(Unproven(person, list(Check), "", None))
        elif (best := min(cards, key=lambda one: len(one[0])))[0]:
            found.append(Unproven(person, best[0], best[1].label, best[1].last_seen_at))
    return sorted(found, key=lambda one: one.person.name)
