"""Who of a person's own organization looks at what they opened."""

from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.people import queries as people
from porchlight.people.access import Role


def over(session: Session, actor: Actor) -> UUID | None:
    """The nearest supervisor above who is here, else a director, else another supervisor: always of the same organization.

    None where there is nobody else.
    """
    nearest = people.who_reads(session, actor.account_id)
    leads = people.supervises(session, nearest, actor.account_id)
    others = [*directors(session, actor), nearest, *_of_organization(session, actor, Role.SUPERVISOR)]
    ordered = [nearest, *others] if leads else others
    return next((one for one in ordered if one != actor.account_id and _same(session, actor, one)), None)


def directors(session: Session, actor: Actor) -> list[UUID]:
    return _of_organization(session, actor, Role.DIRECTOR)


def _of_organization(session: Session, actor: Actor, role: Role) -> list[UUID]:
    """Who holds a role in this person's organization and is here, without the person."""
    held = people.accounts_with_role(session, role)
    return [one.id for one in held if one.id != actor.account_id and _same(session, actor, one.id)]


def _same(session: Session, actor: Actor, account_id: UUID) -> bool:
    who = people.actor_of(session, account_id)
    return who is not None and who.organization_id == actor.organization_id
