"""Calling the next person: what the rules decide is stored in one transaction with its timeline and its deliveries."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.alerts import queries as alerts
from porchlight.alerts import service as alerting
from porchlight.alerts.queries import DeliveryLine
from porchlight.alerts.values import DeliveryState, Severity, Urgency
from porchlight.core import jobs
from porchlight.core.clock import iso
from porchlight.crises import rules
from porchlight.crises.calls import Decision, Nobody, Page
from porchlight.crises.holding.rules import OF_A_BREACH, above
from porchlight.crises.models import Acknowledgement, Crisis, CrisisEntry
from porchlight.crises.roster import roster
from porchlight.crises.rules import Policy, Standing
from porchlight.crises.timeline import Line, hear, line, paged, say, write
from porchlight.crises.values import DANGER, Outlook, State

ADVANCE = "crises.advance"
_LOCKED = select(Crisis).where(col(Crisis.id) == sa.bindparam("crisis")).with_for_update()


def locked(session: Session, crisis_id: UUID) -> Crisis | None:
    """The crisis, ours alone until the transaction ends."""
    # As it is now: whoever holds an older picture of it has waited for another one to end.
    fresh = {"populate_existing": True}
    return session.exec(_LOCKED, params={"crisis": crisis_id}, execution_options=fresh).one_or_none()


def standing(crisis: Crisis, called_at: datetime | None = None) -> Standing:
    since = crisis.counted_from or crisis.raised_at
    return Standing(State(crisis.state), since, crisis.level, crisis.round, called_at)


def begin(session: Session, crisis: Crisis, *, now: datetime) -> tuple[list[Line], int]:
    """The first calls of a crisis that is not stored yet. Returns the lines to write once it is, and how many people have
    a way that was begun at once.
    """
    decision = rules.advance(standing(crisis), Policy.of(crisis.policy), roster(session, crisis.policy, now), {}, now)
    lines = _act(session, crisis, decision.nobody, decision.pages, now)
    _settle(session, crisis, decision, fresh=True)
    return lines, len({one["account_id"] for one in lines if one["detail"].get("phones")})


def escalate(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """Call whoever is due; safe to repeat. The crisis is locked."""
    entries, deliveries = hear(session, crisis.id)
    if crisis.state != State.RAISED:
        return
    policy = Policy.of(crisis.policy)
    present = _present(crisis, entries)
    sent = [one for one in deliveries if str(one.alert_id) in {entry.detail["alert_id"] for entry in present}]
    seen = any(one.shown_at or one.opened_at or one.acknowledged_at for one in sent)
    called_at = None if seen else min((one.at for one in present), default=None)
    where, receipts_ = standing(crisis, called_at), _receipts(session, present, sent)
    if not rules.is_due(where, policy, receipts_, now):
        return
    decision = rules.advance(where, policy, roster(session, crisis.policy, now), receipts_, now)
    write(session, _act(session, crisis, decision.nobody, decision.pages, now))
    _settle(session, crisis, decision)
    session.add(crisis)
    session.flush()


def breach(session: Session, crisis: Crisis, clock: str, *, now: datetime) -> bool:
    """One of the crisis' clocks has run out: the next level above is called, the supervisor first. Each clock once.

    clock: its name, with a number behind it when the same one may run out again. The crisis is locked.
    Returns whether this was news; a crisis that is over calls nobody.
    """
    known = select(CrisisEntry.detail).where(CrisisEntry.crisis_id == crisis.id, CrisisEntry.kind == "breach")
    if crisis.state == State.RESOLVED or clock in {one.get("clock") for one in session.exec(known)}:
        return False
    say(session, crisis.id, "breach", at=now, clock=clock)
    press(session, crisis, now=now)
    return True


def worse(session: Session, crisis: Crisis, account_id: UUID, *, now: datetime) -> bool:
    """“Worse now”: the next level at once. One press a minute counts; returns whether this one did."""
    latest = select(CrisisEntry.at).where(CrisisEntry.crisis_id == crisis.id, CrisisEntry.kind == "worse")
    said = max(session.exec(latest), default=None)
    if crisis.state == State.RESOLVED or (said is not None and now - said < rules.ONE_PRESS):
        return False
    say(session, crisis.id, "worse", account_id, at=now)
    if crisis.state == State.RAISED:
        start_anew(session, crisis, now=now)
    else:
        press(session, crisis, now=now)
    return True


def start_anew(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """The next step of the chain is due now, the later ones at their distances behind it."""
    crisis.counted_from = rules.anew(standing(crisis), Policy.of(crisis.policy), now)
    session.add(crisis)
    escalate(session, crisis, now=now)


def press(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """Call the next one above, behind everyone whom a breach has called before. The chain's own round goes on beside it."""
    before = {one.detail["level"] for one in paged(session, crisis.id) if one.detail["round"] == OF_A_BREACH}
    holder = session.get(Acknowledgement, crisis.id)
    here = roster(session, crisis.policy, now)
    found = above(Policy.of(crisis.policy), here, called=before, holder=holder.account_id if holder else None)
    write(session, _act(session, crisis, found.nobody, found.pages, now))


def press_on(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """When nothing that a breach sent can still arrive, the one above that is called; at the top it ends."""
    pages = [one for one in paged(session, crisis.id) if one.detail["round"] == OF_A_BREACH]
    if not pages:
        return
    top = max(one.detail["level"] for one in pages)
    latest = [one for one in pages if one.detail["level"] == top]
    if top < Policy.of(crisis.policy).last and rules.lost(_receipts(session, latest, _sent(session, latest))):
        press(session, crisis, now=now)


def _act(
    session: Session, crisis: Crisis, nobody: Sequence[Nobody], pages: Sequence[Page], now: datetime
) -> list[Line]:
    """Rings everybody of these pages. Returns what is to stand on the timeline."""
    gaps = [
        line(crisis.id, "nobody", at=now, position=gap.position, level=gap.level, round=gap.round) for gap in nobody
    ]
    return gaps + [one for page in pages for one in _call(session, crisis, page, now)]


def ring(session: Session, crisis: Crisis, account_id: UUID, *, now: datetime) -> tuple[UUID, int]:
    """Call this person about the crisis by the true path. Returns the alert's id and how many ways there are."""
    then = {"name": ADVANCE, "payload": {"crisis_id": str(crisis.id)}}
    urgency = Urgency.DANGER if crisis.reason in DANGER else Urgency.SOON
    return alerting.call(session, account_id, Severity.CRISIS, crisis.id, now=now, then=then, urgency=urgency)


def _call(session: Session, crisis: Crisis, page: Page, now: datetime) -> list[Line]:
    alert_id, phones = ring(session, crisis, page.account_id, now=now)
    where = {"position": page.position, "level": page.level, "round": page.round}
    paging = line(crisis.id, "paging", page.account_id, at=now, alert_id=str(alert_id), phones=phones, **where)
    if phones:
        return [paging]
    return [paging, line(crisis.id, "failed", page.account_id, at=now, alert_id=str(alert_id), why="no_phone")]


def _settle(session: Session, crisis: Crisis, decision: Decision, *, fresh: bool = False) -> None:
    before = crisis.next_due_at
    crisis.level, crisis.round, crisis.next_due_at = decision.level, decision.round, decision.next_due_at
    if decision.pages and decision.unseen_at:
        set_timer(
            session,
            crisis,
            decision.unseen_at,
            key=f"{ADVANCE}/{crisis.id}/unseen/{iso(decision.unseen_at)}",
            fresh=fresh,
        )
    if decision.next_due_at and decision.next_due_at != before:
        set_timer(
            session, crisis, decision.next_due_at, key=f"{ADVANCE}/{crisis.id}/{iso(decision.next_due_at)}", fresh=fresh
        )


def set_timer(
    session: Session, crisis: Crisis, due_at: datetime, *, key: str | None = None, fresh: bool = False
) -> None:
    """Look after this crisis again at that moment."""
    payload = {"crisis_id": str(crisis.id), "due": iso(due_at)}
    jobs.enqueue(session, ADVANCE, payload, due_at=due_at, key=key, fresh=fresh)


def receipts(session: Session, crisis: Crisis, *, whole_round: bool = False) -> dict[UUID, list[bool]]:
    """For each person called on the present level, or in the whole present round: one truth a delivery, it failed."""
    present = _present(crisis, paged(session, crisis.id), whole_round=whole_round)
    return _receipts(session, present, _sent(session, present))


def _present(crisis: Crisis, entries: Sequence[CrisisEntry], *, whole_round: bool = False) -> list[CrisisEntry]:
    return [
        entry
        for entry in entries
        if entry.kind == "paging" and entry.detail["round"] == crisis.round
        if whole_round or entry.detail["level"] == crisis.level
    ]


def _sent(session: Session, present: Sequence[CrisisEntry]) -> list[DeliveryLine]:
    return alerts.deliveries(session, [UUID(entry.detail["alert_id"]) for entry in present]) if present else []


def _receipts(session: Session, present: Sequence[CrisisEntry], sent: Sequence[DeliveryLine]) -> dict[UUID, list[bool]]:
    """Whoever has another channel still to come is not lost."""
    found: dict[UUID, list[bool]] = {}
    for entry in present:
        if entry.account_id:
            mine = [one.state == DeliveryState.FAILED for one in sent if str(one.alert_id) == entry.detail["alert_id"]]
            if all(mine) and not alerts.lost(session, UUID(entry.detail["alert_id"])):
                mine.append(False)
            found.setdefault(entry.account_id, []).extend(mine)
    return found


def outlook(session: Session, crisis: Crisis) -> Outlook | None:
    """What is to come while nobody has it; None once somebody has."""
    if crisis.state != State.RAISED:
        return None
    return rules.outlook(crisis.level, Policy.of(crisis.policy), receipts(session, crisis, whole_round=True))
