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
from porchlight.oncall.eligibility import queries as eligibility
from porchlight.oncall.eligibility.rules import Reason, Weight
from porchlight.oncall.queries import ScheduleLine
from porchlight.oncall.shifts import Held
from porchlight.oncall.swaps import rules
from porchlight.oncall.swaps.queries import SwapLine
from porchlight.oncall.swaps.values import Stretch

# Nobody is in two places: whoever wants that all the same says so by an override.
BUSY = Reason("busy", Weight.NEVER, _("Already on call then."))


@dataclass(frozen=True, slots=True)
class Candidate:
    """hours: on call in the week in which the shift begins. proven: a phone of theirs has shown an alert.

    reasons: why not, the gravest first, and what is only to be known. may_some: nothing but another shift of their own
    stands against it, and that one leaves a part of the time free. by_word: a supervisor may take it upon them, in writing.
    """

    account_id: UUID
    name: str
    hours: float
    proven: bool
    reasons: tuple[Reason, ...]
    may_some: bool = False

    @property
    def may(self) -> bool:
        return all(one.weight < Weight.ACCEPT for one in self.reasons)

    @property
    def by_word(self) -> bool:
        return not self.may and all(one.weight <= Weight.ACCEPT for one in self.reasons)


def of_shift(session: Session, actor: Actor, shift: Held, span: Stretch, *, now: datetime) -> list[Candidate]:
    """Everybody but who has it: those who may first, those with fewer hours before those with more."""
    if shift.schedule.organization_id != actor.organization_id:
        return []
    left = Stretch(max(span.start, now), span.end)
    week = rules.week_of(span.start, shift.schedule.zone)
    first, last = min(week.start, span.start), max(week.end, span.end)
    held = _held(shifts.of_organization(session, actor, first, last))
    every = eligibility.candidates(session, shift.schedule, shift.position, left.start, left.end, now=now)
    found = []
    for one in every:
        if one.account_id == shift.account_id:
            continue
        own = held.get(one.account_id, ())
        busy = rules.meets(own, left.start, left.end)
        # That somebody is on call elsewhere is said once.
        reasons = tuple(why for why in one.reasons if not (busy and why.kind == "alone"))
        may_some = busy and one.may and not rules.covers(own, left.start, left.end)
        whole = (BUSY, *reasons) if busy else reasons
        found.append(Candidate(one.account_id, one.name, rules.hours(own, week), one.proven, whole, may_some))
    return sorted(found, key=lambda one: (not one.may, one.hours, one.name))


def check(
    session: Session,
    actor: Actor,
    shift: Held,
    span: Stretch,
    account_id: UUID,
    *,
    now: datetime,
    by_word: bool = False,
) -> Candidate:
    """Raises Refused with the reason where this person may not take it.

    by_word: a supervisor has said in writing why they take it upon them; what may never be stays refused.
    """
    for one in of_shift(session, actor, shift, span, now=now):
        if one.account_id == account_id:
            if one.may or (by_word and one.by_word):
                return one
            raise Refused(one.reasons[0].message, field="to", **one.reasons[0].params)
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


def _held(found: Sequence[Held]) -> Mapping[UUID, list[Stretch]]:
    by_person: dict[UUID, list[Stretch]] = {}
    for one in found:
        by_person.setdefault(one.account_id, []).append(Stretch(one.start, one.end))
    return by_person
