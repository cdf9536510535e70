"""The channels of one alert, one after the other: what `reaching` decides is stored with its deliveries and its timer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from porchlight.alerts.models import Alert, Chain, Delivery
from porchlight.alerts.reaching import Attempt, Rules, Way, advance
from porchlight.alerts.values import Channel, DeliveryState, Severity, Urgency
from porchlight.alerts.ways import queries as ways
from porchlight.alerts.ways.rules import notice_at
from porchlight.core import jobs
from porchlight.core.clock import iso

SEND = "alerts.send"
REACH = "alerts.reach"


def begin(
    session: Session,
    alert: Alert,
    urgency: Urgency,
    *,
    only: Channel | None = None,
    then: Mapping[str, Any] | None = None,
    now: datetime,
) -> int:
    """Start the channels of a new alert; what may begin now is left for sending in this same transaction. Returns how much.

    urgency: of a calm alert the first channel waits until a notice may be sent. only: no channel but this one.
    """
    row = Chain(
        alert_id=alert.id,
        account_id=alert.account_id,
        urgency=urgency,
        only=only or "",
        started_at=_may_start(session, alert.account_id, now) if urgency == Urgency.CALM else now,
        then=dict(then) if then else None,
    )
    return _go(session, alert, row, [], now, fresh=True)


def go_on(session: Session, alert_id: UUID, *, now: datetime) -> int:
    """Start what is due by now; early, late or repeated, it does what the moment asks for. Returns how many it made."""
    query = select(Chain).where(Chain.alert_id == alert_id).with_for_update()
    row = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    alert = session.get(Alert, alert_id)
    if row is None or alert is None:
        return 0
    return _go(session, alert, row, attempts(session, alert_id), now)


def _go(
    session: Session, alert: Alert, row: Chain, known: Sequence[Attempt], now: datetime, *, fresh: bool = False
) -> int:
    if alert.closed_at or row.ended_at:
        _settle(session, row, None, alert.closed_at or now)
        return 0
    urgency = Urgency(row.urgency)
    usable = [one for one in ways.usable(session, row.account_id, urgency) if row.only in ("", one.channel)]
    step = advance(usable, known, Rules(urgency, row.started_at), now)
    made = [one for way in usable if way.channel in step.start for one in _make(session, alert, way, row, now)]
    _settle(session, row, step.next_due_at, now, fresh=fresh)
    return len(made)


def attempts(session: Session, alert_id: UUID) -> list[Attempt]:
    query = select(Delivery).where(Delivery.alert_id == alert_id).order_by(col(Delivery.id))
    return [
        Attempt(Channel(one.channel), DeliveryState(one.state), one.made_at, one.failed_at)
        for one in session.exec(query)
    ]


def _make(session: Session, alert: Alert, way: Way, row: Chain, now: datetime) -> list[Delivery]:
    """One delivery for each phone, or for the number; and one job a channel, so that none waits for another."""
    made = [
        Delivery(alert_id=alert.id, account_id=alert.account_id, subscription_id=one, channel=way.channel, made_at=now)
        for one in way.phones or (None,)
    ]
    session.add_all(made)
    if made:
        jobs.enqueue(session, SEND, {"deliveries": [str(one.id) for one in made], "then": row.then}, due_at=now)
    return made


def _settle(session: Session, row: Chain, next_due_at: datetime | None, now: datetime, *, fresh: bool = False) -> None:
    before = row.next_due_at
    row.next_due_at = next_due_at
    if next_due_at is None:
        row.ended_at = row.ended_at or now
    elif next_due_at != before:
        key = f"{REACH}/{row.alert_id}/{iso(next_due_at)}"
        set_timer(session, row.alert_id, next_due_at, key=key, fresh=fresh)
    session.add(row)


def set_timer(
    session: Session, alert_id: UUID, due_at: datetime, *, key: str | None = None, fresh: bool = False
) -> None:
    """Look at this alert's channels again at that moment."""
    payload = {"alert_id": str(alert_id), "due": iso(due_at)}
    jobs.enqueue(session, REACH, payload, due_at=due_at, key=key, fresh=fresh)


def _may_start(session: Session, account_id: UUID, now: datetime) -> datetime:
    """When this person may be sent a notice."""
    query = (
        select(func.max(Delivery.made_at))
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .where(Alert.account_id == account_id, Alert.severity == Severity.NOTICE)
    )
    return notice_at(ways.quiet_over(session, account_id, now=now), session.exec(query).one(), now)


def tell_then(session: Session, alert_id: UUID, *, now: datetime) -> None:
    """Something became known of this alert: leave the job that its own room asked for."""
    row = session.get(Chain, alert_id)
    if row and row.then:
        jobs.enqueue(session, row.then["name"], row.then["payload"], due_at=now)
