"""Who may take a shift: everyone who takes shifts here, with their hours, their phone, and why not where they may not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.oncall import queries, shifts
from porchlight.oncall.queries import ScheduleLine
from porchlight.oncall.shifts import Held
from porchlight.oncall.swaps import rules
from porchlight.oncall.swaps.queries import SwapLine
from porchlight.oncall.swaps.values import Stretch
from porchlight.people import queries as people
from porchlight.people.access import Role

BUSY = _("Already on call then")


@dataclass(frozen=True, slots=True)
class Candidate:
    """hours: on call in the week in which the shift begins. proven: a phone of theirs has shown an alert.

    why_not: sentences, none for who may. may_some: they may take a part of it, when they are not on call.
    """

    account_id: UUID
    name: str
    hours: float
    proven: bool
    why_not: tuple[str, ...]
    may_some: bool

    @property
    def may(self) -> bool:
        return not self.why_not


def of_shift(session: Session, actor: Actor, shift: Held, span: Stretch, *, now: datetime) -> list[Candidate]:
    """Everybody but who has it: those who may first, those with fewer hours before those with more."""
    here = [one for one in people.accounts_with_role(session, Role.ON_CALL) if one.id != shift.account_id]
    ours = [one for one in here if _ours(session, actor, one.id)]
    week = rules.week_of(span.start, shift.schedule.zone)
    first, last = min(week.start, span.start), max(week.end, span.end)
    held = _held(shifts.of_organization(session, actor, first, last))
    proven = _proven(session, [one.id for one in ours])
    left = Stretch(max(span.start, now), span.end)
    found = []
    for one in ours:
        own = held.get(one.id, ())
        busy = rules.meets(own, left.start, left.end)
        why_not = (BUSY,) if busy else ()
        may_some = not rules.covers(own, left.start, left.end)
        found.append(Candidate(one.id, one.name, rules.hours(own, week), one.id in proven, why_not, may_some))
    return sorted(found, key=lambda one: (not one.may, one.hours, one.name))


def check(session: Session, actor: Actor, shift: Held, span: Stretch, account_id: UUID, *, now: datetime) -> None:
    """Raises Refused with the reason where this person may not take it."""
    for one in of_shift(session, actor, shift, span, now=now):
        if one.account_id == account_id:
            if not one.may:
                raise Refused(one.why_not[0], field="to")
            return
    raise Refused(_("This person does not take on-call shifts. Choose someone else."), field="to")


def may(session: Session, actor: Actor, asked: SwapLine, *, now: datetime) -> bool:
    """Whether this person may take what is asked; what was asked of them alone is theirs to answer, may they or not."""
    if asked.asked_to == actor.account_id:
        return True
    shift = Held(schedule_of(session, asked.schedule_id), asked.position, asked.asked_by, asked.start, asked.end)
    found = of_shift(session, actor, shift, Stretch(asked.start, asked.end), now=now)
    return any(one.may for one in found if one.account_id == actor.account_id)


def schedule_of(session: Session, schedule_id: UUID) -> ScheduleLine:
    found = queries.schedule(session, schedule_id)
    if found is None:
        raise NotFound(shifts.GONE)
    return found


def _ours(session: Session, actor: Actor, account_id: UUID) -> bool:
    person = people.actor_of(session, account_id)
    return person is not None and person.organization_id == actor.organization_id


def _held(found: Sequence[Held]) -> Mapping[UUID, list[Stretch]]:
    by_person: dict[UUID, list[Stretch]] = {}
    for one in found:
        by_person.setdefault(one.account_id, []).append(Stretch(one.start, one.end))
    return by_person


def _proven(session: Session, ids: Sequence[UUID]) -> frozenset[UUID]:
    return frozenset(
        one.account_id for one in people.devices_in_use(session, ids) if one.is_active and one.last_proven_at
    )
