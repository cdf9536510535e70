"""Changing the rota. Nothing that has been is rewritten: rows end, and others begin (decision 0017)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.oncall import changing, queries, rules
from porchlight.oncall.models import Override, Rotation, Schedule, TemporarySchedule, TemporarySpan
from porchlight.oncall.planning.drafts import OverrideDraft, TemporaryDraft, TurnsDraft
from porchlight.oncall.rules import POSITIONS
from porchlight.oncall.service import FAR_OFF, LONGEST, NOT_FOUND, check_may
from porchlight.people import staff
from porchlight.people.access import Role

LONGEST_TEMPORARY = timedelta(days=93)


def ours(session: Session, actor: Actor, schedule_id: UUID) -> Schedule:
    """The schedule, locked, if this person may change it. Raises NotFound."""
    found = changing.locked(session, schedule_id) if actor.has(Role.SUPERVISOR) else None
    if found is None or found.organization_id != actor.organization_id:
        raise NotFound(NOT_FOUND)
    return found


def take_turns(
    session: Session,
    actor: Actor,
    schedule_id: UUID,
    draft: TurnsDraft,
    *,
    instead_of: UUID | None = None,
    now: datetime,
) -> UUID:
    """These people take turns from now on, or from `from_at`; the rotation `instead_of` ends there. Raises NotFound, Refused."""
    schedule = ours(session, actor, schedule_id)
    _check_position(schedule, draft.position)
    _check_members(session, schedule, draft)
    begins = max(draft.from_at or now, now)
    row = Rotation(
        schedule_id=schedule_id,
        position=draft.position,
        name=draft.name,
        kind=draft.kind,
        length=draft.length,
        first_on=draft.first_on,
        hand_off=draft.hand_off.replace(tzinfo=None, microsecond=0),
        priority=draft.priority,
        windows=[
            {"weekdays": sorted(set(one.weekdays)), "start": f"{one.start:%H:%M}", "end": f"{one.end:%H:%M}"}
            for one in draft.windows
        ],
        members=[str(one) for one in draft.members],
        from_at=begins,
        made_by=actor.account_id,
        made_at=now,
    )
    if instead_of is not None:
        _end(session, schedule_id, instead_of, begins)
    session.add(row)
    changing.changed(session, schedule)
    before = str(instead_of or "")
    audit.record(session, actor, "oncall.turns", row.id, now=now, position=draft.position, instead_of=before)
    return row.id


def end_turns(session: Session, actor: Actor, schedule_id: UUID, rotation_id: UUID, *, now: datetime) -> None:
    """From now on nobody takes these turns."""
    schedule = ours(session, actor, schedule_id)
    _end(session, schedule_id, rotation_id, now)
    changing.changed(session, schedule)
    audit.record(session, actor, "oncall.turns_ended", rotation_id, now=now)


def _end(session: Session, schedule_id: UUID, rotation_id: UUID, at: datetime) -> None:
    row = session.get(Rotation, rotation_id)
    if row is None or row.schedule_id != schedule_id:
        raise NotFound(NOT_FOUND)
    row.until_at = min(at, row.until_at or at)
    session.add(row)


def override(session: Session, actor: Actor, schedule_id: UUID, draft: OverrideDraft, *, now: datetime) -> UUID:
    """Somebody is on call instead, or somebody is not. Raises NotFound, Refused with the reason against somebody."""
    schedule = ours(session, actor, schedule_id)
    _check_position(schedule, draft.position)
    check_span(draft.from_at, draft.to_at, LONGEST, now)
    if draft.account_id is None and draft.instead_of is None:
        raise Refused(_("Choose a person."), field="account_id")
    _check_reason(draft.reason, anyway=draft.anyway)
    accepted = ""
    if draft.account_id:
        line, said = queries.line_of(schedule), draft.reason if draft.anyway else ""
        span = draft.from_at, draft.to_at
        accepted = check_may(session, line, draft.position, draft.account_id, *span, anyway=said, now=now)
    row = Override(
        schedule_id=schedule_id,
        position=draft.position,
        account_id=draft.account_id,
        instead_of=draft.instead_of,
        from_at=max(draft.from_at, now),
        to_at=draft.to_at,
        reason=draft.reason,
        made_by=actor.account_id,
        made_at=now,
    )
    session.add(row)
    changing.changed(session, schedule)
    audit.record(session, actor, "oncall.override", row.id, now=now, position=draft.position, accepted=accepted)
    return row.id


def replace_for_a_while(
    session: Session, actor: Actor, schedule_id: UUID, draft: TemporaryDraft, *, now: datetime
) -> UUID:
    """A temporary schedule. Raises NotFound, Refused with the reason against somebody."""
    schedule = ours(session, actor, schedule_id)
    for position in draft.positions:
        _check_position(schedule, position)
    check_span(draft.from_at, draft.to_at, LONGEST_TEMPORARY, now)
    _check_reason(draft.reason, anyway=draft.anyway)
    line, said = queries.line_of(schedule), draft.reason if draft.anyway else ""
    for span in draft.spans:
        if span.to_at <= span.from_at:
            raise Refused(_("The end must be after the start."), field="spans")
        check_may(
            session, line, span.position, span.account_id, span.from_at, span.to_at, anyway=said, field="spans", now=now
        )
    row = TemporarySchedule(
        schedule_id=schedule_id,
        positions=[one for one in POSITIONS if one in draft.positions],
        from_at=max(draft.from_at, now),
        to_at=draft.to_at,
        reason=draft.reason,
        made_by=actor.account_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(TemporarySpan(temporary_id=row.id, **span.model_dump()) for span in draft.spans)
    changing.changed(session, schedule)
    audit.record(session, actor, "oncall.temporary", row.id, now=now)
    return row.id


def take_back(session: Session, actor: Actor, schedule_id: UUID, change_id: UUID, *, now: datetime) -> None:
    """An override or a temporary schedule counts up to now and no longer; a second time changes nothing."""
    schedule = ours(session, actor, schedule_id)
    row = session.get(Override, change_id) or session.get(TemporarySchedule, change_id)
    if row is None or row.schedule_id != schedule_id:
        raise NotFound(NOT_FOUND)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = now, actor.account_id
        session.add(row)
        changing.changed(session, schedule)
        audit.record(session, actor, "oncall.taken_back", change_id, now=now)


def check_span(from_at: datetime, to_at: datetime, longest: timedelta, now: datetime) -> None:
    for at, field in ((from_at, "from_at"), (to_at, "to_at")):
        if at.year not in rules.YEARS:
            raise Refused(FAR_OFF, field=field, first=rules.YEARS[0], last=rules.YEARS[-1])
    if to_at <= from_at:
        raise Refused(_("The end must be after the start."), field="to_at")
    if to_at <= now:
        raise Refused(_("This is over already. Choose a time from now on."), field="to_at")
    if to_at - from_at > longest:
        raise Refused(_("This may last at most {days} days."), field="to_at", days=longest.days)


def _check_position(schedule: Schedule, position: str) -> None:
    if position not in schedule.positions:
        raise Refused(_("Choose one of the positions of this schedule."), field="position")


def _check_reason(reason: str, *, anyway: bool) -> None:
    if anyway and not reason:
        raise Refused(_("Write why it is all right this time."), field="reason")


def _check_members(session: Session, schedule: Schedule, draft: TurnsDraft) -> None:
    """Only whether they take shifts here at all: what else is asked changes from shift to shift, and is said at publishing."""
    known = staff.staff(session, draft.members)
    for one in draft.members:
        line = known.get(one)
        roles = {Role.ON_CALL, Role.SUPERVISOR}
        if (
            line is None
            or line.organization_id != schedule.organization_id
            or not line.works_here
            or not roles & line.roles
        ):
            raise Refused(_("This person does not take on-call shifts. Choose someone else."), field="members")
