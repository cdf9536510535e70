"""Reading phones: one's own, those of one's people, and why somebody's access was ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.people.models import AccessChange, Account
from porchlight.people.queries import AccountLine, DeviceLine


@dataclass(frozen=True, slots=True)
class Ended:
    """When a person's access was ended, by whom and why; reason and by are empty where it was done elsewhere."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Member:
    """One of a supervisor's people with their phones, the latest seen first."""

    person: AccountLine
    devices: list[DeviceLine]
    ended: Ended | None


def supervises(session: Session, actor: Actor, account_id: UUID) -> bool:
    return actor.has(Role.SUPERVISOR) and people.supervises(session, actor.account_id, account_id)


def device_for(session: Session, actor: Actor, device_id: UUID) -> DeviceLine:
    """A phone that is this person's or one of their people's. Raises NotFound."""
    found = people.device(session, device_id)
    if found and (found.account_id == actor.account_id or supervises(session, actor, found.account_id)):
        return found
    raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))


def member(session: Session, actor: Actor, account_id: UUID) -> Member:
    """One of this supervisor's people. Raises NotFound."""
    person = people.account(session, account_id)
    if person is None or not supervises(session, actor, account_id):
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    return _member(session, person)


def team(session: Session, actor: Actor) -> list[Member]:
    """Everyone whose chain of supervisors holds this person, by name. Raises NotFound for whoever is no supervisor."""
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    ids = list(session.scalars(people.staff_under(actor.account_id)))
    persons = sorted(people.accounts(session, ids).values(), key=lambda one: one.name)
    return [_member(session, person) for person in persons]


def _member(session: Session, person: AccountLine) -> Member:
    return Member(person, people.devices_of(session, person.id), ended(session, person.id))


def ended(session: Session, account_id: UUID) -> Ended | None:
    """None while this person has access."""
    at = session.exec(select(Account.disabled_at).where(Account.id == account_id)).first()
    if at is None:
        return None
    newest = select(AccessChange).where(AccessChange.account_id == account_id, col(AccessChange.ended).is_(True))
    row = session.exec(newest.order_by(col(AccessChange.at).desc())).first()
    by = people.account(session, row.by) if row else None
    return Ended(at, by.name if by else "", row.reason if row else "")


def others_with_role(session: Session, role: str, but: UUID) -> list[AccountLine]:
    """Everyone else who holds a role and has access."""
    return [one for one in people.accounts_with_role(session, role) if one.id != but]
