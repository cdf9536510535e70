"""Changing the policy; crises that are open keep the one that they were raised under."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.crises.models import EscalationPolicy
from porchlight.crises.policies import rules
from porchlight.crises.policies.rules import Step
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people
from porchlight.people.access import Role

NOT_FOUND = _("We could not find that page. It may have moved, or it may not be on your caseload.")


def change(
    session: Session,
    actor: Actor,
    steps: Sequence[Step],
    *,
    last_resort_id: UUID,
    duty_manager_id: UUID | None,
    nudge_seconds: int,
    grace_seconds: int,
    now: datetime,
) -> None:
    """From the next alert on this is whom we call. Raises NotFound for whoever is no supervisor here, Refused."""
    row = of(session, actor, lock=True)
    rota = oncall.rota(session, row.schedule_id, now, now)
    rules.check_levels(steps, rota.positions if rota else ())
    _check_person(session, actor, last_resort_id, "last_resort_id")
    if duty_manager_id:
        _check_person(session, actor, duty_manager_id, "duty_manager_id")
    row.levels = [{"position": one.position, "after_seconds": one.after_seconds} for one in steps]
    row.last_resort_id, row.duty_manager_id = last_resort_id, duty_manager_id
    row.nudge_seconds, row.grace_seconds = nudge_seconds, grace_seconds
    session.add(row)
    audit.record(session, actor, "policy.changed", row.id, now=now, levels=len(row.levels))


def of(session: Session, actor: Actor, *, lock: bool = False) -> EscalationPolicy:
    """The policy of the actor's agency. Raises NotFound for whoever is no supervisor, and where there is none."""
    query = select(EscalationPolicy).where(EscalationPolicy.organization_id == actor.organization_id)
    row = session.exec(query.with_for_update() if lock else query).first()
    if row is None or not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_FOUND)
    return row


def _check_person(session: Session, actor: Actor, account_id: UUID, field: str) -> None:
    person = people.actor_of(session, account_id)
    ours = person is not None and person.organization_id == actor.organization_id
    if person is None or not ours or not person.has(Role.ON_CALL, Role.SUPERVISOR):
        raise Refused(_("This person does not take on-call shifts. Choose someone else."), field=field)
