"""Calling the next person: what the rules decide is stored in one transaction with its timeline and its deliveries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts import queries as alerts
from porchlight.alerts import service as alerting
from porchlight.alerts.queries import DeliveryLine
from porchlight.alerts.values import DeliveryState, Severity
from porchlight.core import jobs
from porchlight.core.clock import iso
from porchlight.crises import rules
from porchlight.crises.models import Crisis, CrisisEntry
from porchlight.crises.rules import Candidate, Decision, Page, Policy, Roster, Standing
from porchlight.crises.values import Outlook, State
from porchlight.oncall import queries as oncall
from porchlight.people import queries as people

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


def escalate(session: Session, crisis: Crisis, *, now: datetime) -> None:
    """Call whoever is due; safe to repeat. The crisis is locked, or new in this transaction."""
    hear(session, crisis.id)
    decision = rules.advance(
        Standing(State(crisis.state), crisis.raised_at, crisis.level, crisis.round),
        Policy.of(crisis.policy),
        _roster(session, crisis, now),
        receipts(session, crisis),
        now,
    )
    for gap in decision.nobody:
        say(session, crisis.id, "nobody", at=now, position=gap.position, level=gap.level, round=gap.round)
    for page in decision.pages:
        _call(session, crisis, page, now)
    _settle(session, crisis, decision)


def _call(session: Session, crisis: Crisis, page: Page, now: datetime) -> None:
    alert_id = alerting.make_alert(session, page.account_id, Severity.CRISIS, crisis.id, now=now)
    then = {"name": ADVANCE, "payload": {"crisis_id": str(crisis.id)}}
    phones = alerting.make_deliveries(session, alert_id, now=now, then=then)
    say(
        session,
        crisis.id,
        "paging",
        page.account_id,
        at=now,
        alert_id=str(alert_id),
        position=page.position,
        level=page.level,
        round=page.round,
        phones=phones,
    )
    if not phones:
        say(session, crisis.id, "failed", page.account_id, at=now, alert_id=str(alert_id), why="no_phone")


def _settle(session: Session, crisis: Crisis, decision: Decision) -> None:
    before = crisis.next_due_at
    crisis.level, crisis.round, crisis.next_due_at = decision.level, decision.round, decision.next_due_at
    session.add(crisis)
    session.flush()
    if decision.next_due_at and decision.next_due_at != before:
        set_timer(session, crisis, decision.next_due_at, key=f"{ADVANCE}/{crisis.id}/{iso(decision.next_due_at)}")


def set_timer(session: Session, crisis: Crisis, due_at: datetime, *, key: str | None = None) -> None:
    """Look after this crisis again at that moment."""
    jobs.enqueue(session, ADVANCE, {"crisis_id": str(crisis.id), "due": iso(due_at)}, due_at=due_at, key=key)


def hear(session: Session, crisis_id: UUID) -> None:
    """Put on the timeline what became of each delivery, each thing once."""
    query = select(CrisisEntry).where(CrisisEntry.crisis_id == crisis_id)
    known = {(entry.kind, entry.detail.get("delivery_id")) for entry in session.exec(query)}
    calls = [alert.id for alert in alerts.alerts_about(session, crisis_id)]
    for delivery in alerts.deliveries(session, calls):
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
    present = [
        entry
        for entry in paged(session, crisis.id)
        if entry.detail["round"] == crisis.round and (whole_round or entry.detail["level"] == crisis.level)
    ]
    sent = alerts.deliveries(session, [UUID(entry.detail["alert_id"]) for entry in present])
    found: dict[UUID, list[bool]] = {}
    for entry in present:
        if entry.account_id:
            found.setdefault(entry.account_id, []).extend(_failed(sent, entry))
    return found


def outlook(session: Session, crisis: Crisis) -> Outlook | None:
    """What is to come while nobody has it; None once somebody has."""
    if crisis.state != State.RAISED:
        return None
    return rules.outlook(crisis.level, Policy.of(crisis.policy), receipts(session, crisis, whole_round=True))


def _failed(sent: Sequence[DeliveryLine], entry: CrisisEntry) -> list[bool]:
    mine = [one for one in sent if str(one.alert_id) == entry.detail["alert_id"]]
    return [one.state == DeliveryState.FAILED for one in mine]


def _roster(session: Session, crisis: Crisis, now: datetime) -> Roster:
    """Asked afresh at each level: whoever is on call now, without those who have left."""
    policy = crisis.policy
    on_call = oncall.who(session, UUID(policy["schedule_id"]), now)
    here = {position: one for position, one in on_call.items() if people.actor_of(session, one)}
    last = UUID(policy["last_resort_id"])
    awake = alerts.reachable(session, {*here.values(), last})
    return Roster(
        {position: [Candidate(one, one in awake)] for position, one in here.items()},
        Candidate(last, last in awake),
    )
