"""Inviting a foster parent: an account for somebody who is in the home's record already."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases.queries import persons_of
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.keys import Keys
from porchlight.core.refused import NotFound, Refused
from porchlight.homes import queries
from porchlight.homes.models import Caregiver
from porchlight.homes.queries import CaregiverLine
from porchlight.people import access, inviting
from porchlight.people.access import Capability, Role
from porchlight.people.inviting import NewCode, NewPerson

NOT_HERE = _("We could not find that person. The child may have moved.")


@dataclass(frozen=True, slots=True)
class Invitable:
    """A foster parent of a child under this supervisor today. joined: they sign in already; invited: they may soon."""

    caregiver: CaregiverLine
    home: str
    joined: bool
    invited: bool


def caregivers(session: Session, actor: Actor, *, now: datetime) -> list[Invitable]:
    """Whom this supervisor may invite: who cares today for a child whose case is worked under them. Raises NotFound."""
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_HERE)
    # Not PHONES: those are also open to whoever answers a crisis of another supervisor's family.
    children = persons_of(access.cases(actor, Capability.READ_VISITS, now=now).subquery().select())
    found = queries.caregivers_with(session, children, local_day(now, actor.time_zone))
    return [
        Invitable(
            one,
            home,
            joined=one.account_id is not None and inviting.has_joined(session, one.account_id),
            invited=one.account_id is not None,
        )
        for one, home in found
    ]


def caregiver(session: Session, actor: Actor, caregiver_id: UUID, *, now: datetime) -> Invitable:
    """One of them. Raises NotFound."""
    found = [one for one in caregivers(session, actor, now=now) if one.caregiver.id == caregiver_id]
    if not found:
        raise NotFound(NOT_HERE)
    return found[0]


def invite(
    session: Session, actor: Actor, caregiver_id: UUID, reach: str, *, keys: Keys, now: datetime
) -> tuple[NewCode, str]:
    """The code and the name of a foster parent whose account is tied to their home. Raises NotFound, Refused."""
    found = caregiver(session, actor, caregiver_id, now=now)
    if found.joined:
        raise Refused(_("This person has joined already and needs no code."))
    one = found.caregiver
    person = NewPerson(name=one.name, reach=reach, roles=(Role.CAREGIVER,), languages=(one.locale,), team=None)
    made = inviting.make_account(session, actor, person, keys=keys, now=now)
    row = session.get_one(Caregiver, caregiver_id)
    row.account_id = made.account_id
    session.add(row)
    audit.record(session, actor, "caregiver.invited", caregiver_id, now=now, people=[made.account_id])
    return made, one.name
