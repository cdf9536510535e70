"""Sending pushes: claim and commit, call out with no transaction open, record what became of them."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.alerts import queries, sending
from porchlight.alerts.models import Alert, Delivery, PushSubscription
from porchlight.alerts.rules import moved, wait_before
from porchlight.alerts.sending import Outcome, Push, Sender
from porchlight.alerts.service import SEND
from porchlight.alerts.values import DeliveryState, Severity
from porchlight.core import jobs
from porchlight.core.keys import Keys, b64u, sha256
from porchlight.core.tools import Tools
from porchlight.people import queries as people

UNSENT = (DeliveryState.MADE, DeliveryState.FAILED)


def token_of(keys: Keys, delivery_id: UUID) -> str:
    """The delivery's token, 256 bits made from our secret: the database holds nothing that could post a receipt."""
    return b64u(hmac.digest(keys.derive("delivery-token/1"), delivery_id.bytes, hashlib.sha256))


def send(tools: Tools, payload: dict[str, Any]) -> None:
    """Send what is not sent yet of these deliveries; safe to repeat.

    payload: {"deliveries": [ids], "then": {"name", "payload"} | None, "tries": tries before this one}.
    A push that was handed over when the process died is handed over again; the phone shows one alert once.
    """
    send_many(tools, [payload])


def send_many(tools: Tools, payloads: Sequence[dict[str, Any]]) -> None:
    """The same for several at once: their pushes go out side by side, and what became of them is one transaction."""
    claimed: list[dict[UUID, Push]] = []
    with tools.db.transaction() as session:
        for payload in payloads:
            wanted = [UUID(one) for one in payload["deliveries"]]
            claimed.append(_claim(session, wanted, tools.keys, now=tools.db.now(session)))
    pushes = {one: push for each in claimed for one, push in each.items()}
    sender = Sender(tools.keys.vapid, tools.settings.push_subject, tools.settings.push_hosts)
    found = sending.send_all(list(pushes.values()), sender, clock=lambda: datetime.now(UTC))
    outcomes = dict(zip(pushes, found, strict=True))
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        for payload, each in zip(payloads, claimed, strict=True):
            _record(session, list(each), [outcomes[one] for one in each], payload, now=now)


def _claim(session: Session, wanted: Sequence[UUID], keys: Keys, *, now: datetime) -> dict[UUID, Push]:
    """What can be sent. A phone that was lost meanwhile has failed: whoever comes next must not wait for it."""
    query = (
        select(Delivery, Alert)
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .where(col(Delivery.id).in_(wanted), col(Delivery.state).in_(UNSENT), col(Alert.closed_at).is_(None))
        .order_by(col(Delivery.id))
        .with_for_update(of=Delivery)
    )
    pushes = {}
    for delivery, alert in session.exec(query).all():
        phone = session.get(PushSubscription, delivery.subscription_id) if delivery.subscription_id else None
        if phone is None or phone.dead_at is not None or not queries.may_answer(session, delivery):
            _mark(session, delivery, Outcome(trouble="gone"), now)
            continue
        token = token_of(keys, delivery.id)
        delivery.token_hash = sha256(token.encode())
        session.add(delivery)
        person = people.account(session, delivery.account_id)
        severity = Severity(alert.severity)
        said = sending.payload(alert.id, severity, alert.made_at, token, person.locale if person else "en")
        pushes[delivery.id] = Push(phone.endpoint, phone.p256dh, phone.auth, said, severity, sending.topic(alert.id))
    return pushes


def _record(
    session: Session,
    sent: Sequence[UUID],
    outcomes: Sequence[Outcome],
    payload: dict[str, Any],
    *,
    now: datetime,
) -> None:
    query = select(Delivery).where(col(Delivery.id).in_(sent)).order_by(col(Delivery.id)).with_for_update()
    rows = {row.id: row for row in session.exec(query)}
    tries = payload.get("tries", 0) + 1
    least = wait_before(tries)
    again: dict[UUID, timedelta] = {}
    for delivery_id, outcome in zip(sent, outcomes, strict=True):
        row = rows[delivery_id]
        _mark(session, row, outcome, now)
        if outcome.wait is not None and least is not None and row.state == DeliveryState.FAILED:
            again[row.id] = max(least, outcome.wait)
    then = payload.get("then")
    if then:
        jobs.enqueue(session, then["name"], then["payload"], due_at=now)
    for delivery_id, pause in again.items():
        later = {"deliveries": [str(delivery_id)], "then": then, "tries": tries}
        jobs.enqueue(session, SEND, later, due_at=now + pause)


def _mark(session: Session, row: Delivery, outcome: Outcome, now: datetime) -> None:
    state = DeliveryState(row.state)
    if outcome.accepted:
        row.accepted_at = row.accepted_at or now
        row.state = moved(state, DeliveryState.ACCEPTED)
    else:
        row.failed_at = now
        row.trouble = outcome.trouble
        row.state = moved(state, DeliveryState.FAILED)
    session.add(row)
    subscription = session.get(PushSubscription, row.subscription_id) if outcome.gone else None
    if subscription and subscription.dead_at is None:
        subscription.dead_at = now
        session.add(subscription)


def forget_phone(tools: Tools, payload: dict[str, Any]) -> None:
    """A phone was locked or is to be erased: it is not rung any more, until its person has signed in on it again."""
    device_id = UUID(payload["device_id"])
    with tools.db.transaction() as session:
        device = people.device(session, device_id)
        if device is None or device.is_active:
            return
        now = tools.db.now(session)
        live = col(PushSubscription.dead_at).is_(None)
        for row in session.exec(select(PushSubscription).where(PushSubscription.device_id == device_id, live)):
            row.dead_at = now
            session.add(row)


JOBS = {SEND: send, "alerts.forget_phone": forget_phone}
TOGETHER = {SEND: send_many}
