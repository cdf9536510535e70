"""What people do about a swap: ask one, offer it to everyone, settle it as a supervisor, take it, turn it down, take it back."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts import service as alerting
from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.oncall import changing, shifts
from porchlight.oncall.models import Schedule, Swap
from porchlight.oncall.shifts import Held
from porchlight.oncall.swaps import candidates, queries, rules
from porchlight.oncall.swaps.telling import tell
from porchlight.oncall.swaps.values import Stretch, SwapState, Wish
from porchlight.people.access import Role

NOT_FOUND = _("We could not find that swap. Look at My shifts for what is open.")
SECOND = timedelta(seconds=1)


def ask(session: Session, actor: Actor, wish: Wish, *, now: datetime) -> UUID:
    """Ask one person, or offer it to everyone who may: who has the shift keeps it until somebody takes it.

    For who has the shift, and for a supervisor. Raises NotFound, Refused, Conflict.
    """
    if already := _repeated(session, actor, wish):
        return already
    shift, span = _wanted(session, actor, wish, now)
    may = [one for one in candidates.of_shift(session, actor, shift, span, now=now) if one.may]
    if wish.to:
        candidates.check(session, actor, shift, span, wish.to, now=now)
    elif not may:
        raise Refused(_("Nobody else may take this shift. Talk to your supervisor."))
    state = SwapState.ASKED if wish.to else SwapState.OFFERED
    row = _row(shift, span, wish, actor, state, now)
    session.add(row)
    session.flush()
    audit.record(session, actor, f"oncall.swap_{state}", row.id, now=now, position=row.position)
    tell(session, [wish.to] if wish.to else [one.account_id for one in may], now=now)
    return row.id


def assign(session: Session, actor: Actor, wish: Wish, *, now: datetime) -> UUID:
    """A supervisor gives the shift to somebody else at once; both hear of it.

    Where a rule asks for more than this person has (tenure, training, rest), a reason in writing takes it upon them.
    Raises NotFound, Refused, Conflict.
    """
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(shifts.GONE)
    if already := _repeated(session, actor, wish):
        return already
    shift, span = _wanted(session, actor, wish, now)
    if wish.to is None:
        raise Refused(_("Choose who takes this shift."), field="to")
    by_word = bool(wish.reason.strip())
    candidates.check(session, actor, shift, span, wish.to, now=now, by_word=by_word)
    row = _row(shift, span, wish, actor, SwapState.ASSIGNED, now)
    session.add(row)
    session.flush()
    _count(session, actor, row, wish.to, SwapState.ASSIGNED, now=now)
    tell(session, [row.asked_by, wish.to], now=now)
    return row.id


def take(session: Session, actor: Actor, swap_id: UUID, *, now: datetime) -> None:
    """“I'll take it.” From now on the shift is theirs; of two who say so at once, one has it. Saying it again changes nothing.

    Raises NotFound for who was not asked, Refused where it is over, gone or not for this person.
    """
    row = _locked(session, actor, swap_id)
    if row.asked_by == actor.account_id or row.asked_to not in (None, actor.account_id):
        raise NotFound(NOT_FOUND)
    if row.state == SwapState.TAKEN and row.taken_by == actor.account_id:
        return
    line = queries.line(session, row, now=now)
    rules.check_next(line.state, SwapState.TAKEN)
    schedule = candidates.schedule_of(session, row.schedule_id)
    shift = Held(schedule, row.position, row.asked_by, row.from_at, row.to_at)
    candidates.check(session, actor, shift, Stretch(row.from_at, row.to_at), actor.account_id, now=now)
    _count(session, actor, row, actor.account_id, SwapState.TAKEN, now=now)
    tell(session, {row.asked_by, row.made_by} - {actor.account_id}, now=now)


def decline(session: Session, actor: Actor, swap_id: UUID, *, now: datetime) -> None:
    """“I can't.” For the one who was asked. Raises NotFound, Refused."""
    row = _locked(session, actor, swap_id)
    if row.asked_to != actor.account_id:
        raise NotFound(NOT_FOUND)
    if row.state != SwapState.DECLINED:
        _end(session, actor, row, SwapState.DECLINED, now=now)
        tell(session, {row.asked_by, row.made_by} - {actor.account_id}, now=now)


def withdraw(session: Session, actor: Actor, swap_id: UUID, *, now: datetime) -> None:
    """Take it back, while nobody has taken it. For who asked, and for a supervisor. Raises NotFound, Refused."""
    row = _locked(session, actor, swap_id)
    if actor.account_id not in (row.asked_by, row.made_by) and not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_FOUND)
    if row.state != SwapState.WITHDRAWN:
        _end(session, actor, row, SwapState.WITHDRAWN, now=now)


def settle(session: Session, swap_id: UUID, *, now: datetime) -> bool:
    """Write down that an open swap has ended by itself, and tell who waits for it. Whether it has."""
    row = session.get(Swap, swap_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in rules.OPEN:
        return False
    state = queries.line(session, row, now=now).state
    if state in rules.OPEN:
        return False
    row.state, row.settled_at = state, now
    session.add(row)
    alerting.close(session, row.id, now=now)
    audit.record(session, None, f"oncall.swap_{state}", row.id, now=now, position=row.position)
    tell(session, [one for one in (row.asked_by, row.asked_to) if one], now=now)
    return True


def _repeated(session: Session, actor: Actor, wish: Wish) -> UUID | None:
    """The sender's own earlier one of this id; somebody else's is a clash."""
    row = session.get(Swap, wish.id)
    if row and (row.made_by != actor.account_id or row.asked_by != wish.whose):
        raise Conflict(_("That did not work. Reload the page and try again."))
    return row.id if row else None


def _alone(session: Session, actor: Actor) -> None:
    """Every rota of this organization stays as it is until we are done: nobody is given two shifts at once by two acts."""
    mine = select(Schedule.id).where(Schedule.organization_id == actor.organization_id)
    session.exec(mine.order_by(col(Schedule.id)).with_for_update()).all()


def _wanted(session: Session, actor: Actor, wish: Wish, now: datetime) -> tuple[Held, Stretch]:
    _alone(session, actor)
    shift = shifts.find(session, actor, *wish.shift)
    if actor.account_id != shift.account_id and not actor.has(Role.SUPERVISOR):
        raise NotFound(shifts.GONE)
    if shift.account_id != wish.whose:
        raise Refused(rules.CHANGED)
    span = rules.part(Stretch(shift.start, shift.end), *wish.part, shift.schedule.zone)
    rules.check_time(span.end, now)
    return shift, span


def _row(shift: Held, span: Stretch, wish: Wish, actor: Actor, state: SwapState, now: datetime) -> Swap:
    return Swap(
        id=wish.id,
        schedule_id=shift.schedule.id,
        position=shift.position,
        kind=state,
        asked_by=shift.account_id,
        asked_to=wish.to,
        from_at=span.start,
        to_at=span.end,
        state=state,
        reason=wish.reason[: rules.LONGEST_REASON],
        made_by=actor.account_id,
        revision=shift.schedule.revision,
        asked_at=now,
    )


def _locked(session: Session, actor: Actor, swap_id: UUID) -> Swap:
    _alone(session, actor)
    row = session.get(Swap, swap_id, with_for_update=True, populate_existing=True)
    schedule = session.get(Schedule, row.schedule_id) if row else None
    if row is None or schedule is None or schedule.organization_id != actor.organization_id:
        raise NotFound(NOT_FOUND)
    return row


def _count(session: Session, actor: Actor, row: Swap, taken_by: UUID, state: SwapState, *, now: datetime) -> None:
    """From now on the rota gives it to who has taken it; what has been stays as it was."""
    row.state, row.taken_by, row.settled_at = state, taken_by, now
    if row.from_at <= now:
        row.from_at = now.replace(microsecond=0) + SECOND
    session.add(row)
    changing.changed(session, session.get_one(Schedule, row.schedule_id))
    alerting.close(session, row.id, now=now)
    audit.record(session, actor, f"oncall.swap_{state}", row.id, now=now, position=row.position, account=str(taken_by))


def _end(session: Session, actor: Actor, row: Swap, state: SwapState, *, now: datetime) -> None:
    rules.check_next(queries.line(session, row, now=now).state, state)
    row.state, row.settled_at = state, now
    session.add(row)
    alerting.close(session, row.id, now=now)
    audit.record(session, actor, f"oncall.swap_{state}", row.id, now=now, position=row.position)
