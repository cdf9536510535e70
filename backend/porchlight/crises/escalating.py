"""Calling the next person: what the rules decide is stored in one transaction with its timeline and its deliveries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

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
from porchlight.crises.values import DANGER, Outlook, State

ADVANCE = "crises.advance"


def locked(session: Session, crisis_id: UUID) -> Crisis | None:
    """The crisis, ours alone until the transaction ends."""
    query = select(Crisis).where(Crisis.id == crisis_id).with_for_update()
    return session.exec(query).one_or_none()


def say(
    session: Session,
    crisis_id: UUID,
    kind: str,
    account_id: UUID | None = None,
    *,
    at: datetime,
    **detail: Any,
) -> None:
    """One line on the timeline."""
    session.add(CrisisEntry(crisis_id=crisis_id, at=at, kind=kind, account_id=account_id, detail=detail))


def standing(crisis: Crisis, called_at: datetime | None = None) -> Standing:
    since = crisis.counted_from or crisis.raised_at
    return Standing(State(crisis.state), since, crisis.level, crisis.round, called_at)


def escalate(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """Call whoever is due; safe to repeat. The crisis is locked, or new in this transaction."""
    entries, deliveries = hear(session, crisis.id) if crisis.level >= 0 else ([], [])
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
    _skip(session, crisis, decision.nobody, now)
    for page in decision.pages:
        _call(session, crisis, page, now)
    _settle(session, crisis, decision)


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
    _skip(session, crisis, found.nobody, now)
    for page in found.pages:
        _call(session, crisis, page, now)


def press_on(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """When nothing that a breach sent can still arrive, the one above that is called; at the top it ends."""
    pages = [one for one in paged(session, crisis.id) if one.detail["round"] == OF_A_BREACH]
    if not pages:
        return
    top = max(one.detail["level"] for one in pages)
    latest = [one for one in pages if one.detail["level"] == top]
    if top < Policy.of(crisis.policy).last and rules.lost(_receipts(session, latest, _sent(session, latest))):
        press(session, crisis, now=now)


def _skip(session: Session, crisis: Crisis, gaps: Sequence[Nobody], now: datetime) -> None:
    for gap in gaps:
        say(session, crisis.id, "nobody", at=now, position=gap.position, level=gap.level, round=gap.round)


def ring(session: Session, crisis: Crisis, account_id: UUID, *, now: datetime) -> tuple[UUID, int]:
    """Call this person about the crisis by the true path. Returns the alert's id and how many ways there are."""
    alert_id = alerting.make_alert(session, account_id, Severity.CRISIS, crisis.id, now=now)
    then = {"name": ADVANCE, "payload": {"crisis_id": str(crisis.id)}}
    urgency = Urgency.DANGER if crisis.reason in DANGER else Urgency.SOON
    return alert_id, alerting.make_deliveries(session, alert_id, now=now, then=then, urgency=urgency)


def _call(session: Session, crisis: Crisis, page: Page, now: datetime) -> None:
    alert_id, phones = ring(session, crisis, page.account_id, now=now)
    where = {"position": page.position, "level": page.level, "round": page.round}
    say(session, crisis.id, "paging", page.account_id, at=now, alert_id=str(alert_id), phones=phones, **where)
    if not phones:
        say(session, crisis.id, "failed", page.account_id, at=now, alert_id=str(alert_id), why="no_phone")


def _settle(session: Session, crisis: Crisis, decision: Decision) -> None:
    before, fresh = crisis.next_due_at, crisis.level < 0
    crisis.level, crisis.round, crisis.next_due_at = decision.level, decision.round, decision.next_due_at
    session.add(crisis)
    session.flush()
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


def hear(session: Session, crisis_id: UUID) -> tuple[list[CrisisEntry], list[DeliveryLine]]:
    """Put on the timeline what became of each delivery, each thing once.

    Returns the timeline as it was, oldest first, and all deliveries about this crisis.
    """
    query = select(CrisisEntry).where(CrisisEntry.crisis_id == crisis_id)
    entries = list(session.exec(query.order_by(col(CrisisEntry.at), col(CrisisEntry.id))))
    known = {(entry.kind, entry.detail.get("delivery_id")) for entry in entries}
    calls = [alert.id for alert in alerts.alerts_about(session, crisis_id)]
    deliveries = alerts.deliveries(session, calls)
    for delivery in deliveries:
        news = {
            "accepted": delivery.accepted_at,
            "failed": delivery.failed_at,
            "shown": delivery.shown_at,
            "opened": delivery.opened_at,
        }
        for kind, at in news.items():
            if at and (kind, str(delivery.id)) not in known:
                more = {"why": delivery.trouble} if kind == "failed" else {}
                say(session, crisis_id, kind, delivery.account_id, at=at, delivery_id=str(delivery.id), **more)
    return entries, deliveries


def paged(session: Session, crisis_id: UUID) -> list[CrisisEntry]:
    """Who was called, in the order of calling."""
    query = (
        select(CrisisEntry)
        .where(CrisisEntry.crisis_id == crisis_id, CrisisEntry.kind == "paging")
        .order_by(col(CrisisEntry.at), col(CrisisEntry.id))
    )
    return list(session.exec(query))


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
