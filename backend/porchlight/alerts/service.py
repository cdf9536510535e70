"""Calling a person: subscriptions, alerts, deliveries, and the receipts that say what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from sqlmodel import Session, col, select

from porchlight.alerts import chain, queries
from porchlight.alerts.models import Alert, Delivery, PushSubscription
from porchlight.alerts.rules import RECEIPTS, moved
from porchlight.alerts.values import Channel, DeliveryState, Severity, Urgency
from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keys import from_b64u, sha256
from porchlight.core.refused import NotFound, Refused
from porchlight.people import service as people

BAD_KEYS = _("This phone sent alert keys we cannot use. Close the page, open it again and turn alerts on again.")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a phone said about one delivery. `first`: it had not been said before."""

    delivery_id: UUID
    alert_id: UUID
    account_id: UUID
    severity: str
    subject_id: UUID
    what: DeliveryState
    first: bool


def subscribe(session: Session, actor: Actor, endpoint: str, *, p256dh: str, auth: str, now: datetime) -> UUID:
    """This browser can be woken at this endpoint; the device of the session has it. Repeating it changes nothing.

    endpoint: checked by `rules.check_endpoint` and by where it resolves to. p256dh: b64u of a P-256 point of
    65 bytes; auth: b64u of 16 bytes (RFC 8291, 2). Raises Refused.
    """
    if actor.device_id is None:
        raise Refused(_("Set up this phone first: sign out and sign in again. Then turn alerts on."))
    _check_keys(p256dh, auth)
    row = session.exec(select(PushSubscription).where(PushSubscription.endpoint == endpoint)).first()
    if row is None:
        row = PushSubscription(
            device_id=actor.device_id,
            account_id=actor.account_id,
            endpoint=endpoint,
            p256dh=p256dh,
            auth=auth,
            made_at=now,
        )
    elif row.device_id == actor.device_id and row.auth == auth and row.dead_at is None:
        return row.id
    # Who holds the endpoint now has it: a phone that changed hands must not wake the person before.
    row.device_id, row.account_id, row.p256dh, row.auth = actor.device_id, actor.account_id, p256dh, auth
    row.dead_at = None
    session.add(row)
    audit.record(session, actor, "push.subscribed", row.id, now=now)
    return row.id


def _check_keys(p256dh: str, auth: str) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_b64u(p256dh))
        secret = from_b64u(auth)
    except ValueError as error:
        raise Refused(BAD_KEYS) from error
    if len(secret) != 16:
        raise Refused(BAD_KEYS)


def unsubscribe(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> None:
    """No more alerts at this endpoint. Raises NotFound for a subscription of somebody else."""
    row = session.get(PushSubscription, subscription_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFound(_("This phone had no alerts to turn off."))
    if row.dead_at is None:
        row.dead_at = now
        session.add(row)
        audit.record(session, actor, "push.unsubscribed", row.id, now=now)


def call(
    session: Session,
    account_id: UUID,
    severity: Severity,
    subject_id: UUID,
    *,
    now: datetime,
    then: Mapping[str, Any] | None = None,
    urgency: Urgency | None = None,
    only: Channel | None = None,
) -> tuple[UUID, int]:
    """One call for one person about one thing: its channels start, one after the other until it is answered.

    then: {"name", "payload"} of a job to leave whenever something becomes known of it.
    urgency: danger rings every channel together; by default a crisis goes from channel to channel, a notice is calm,
    and a test tries the phones alone. only: no channel but this one.
    Returns the alert's id and how many attempts begin at once; 0 for a crisis: no channel may work.
    """
    alert = Alert(account_id=account_id, severity=severity, subject_id=subject_id, made_at=now)
    session.add(alert)
    session.flush()
    if urgency is None:
        urgency = Urgency.CALM if severity == Severity.NOTICE else Urgency.SOON
        only = only or (Channel.PUSH if severity == Severity.TEST else None)
    return alert.id, chain.begin(session, alert, urgency, only=only, then=then, now=now)


def send_test(session: Session, actor: Actor, *, now: datetime) -> tuple[UUID, int]:
    """A harmless alert to my own phones, by the true path. Returns the alert's id and how many phones it goes to."""
    alert_id, phones = call(session, actor.account_id, Severity.TEST, actor.account_id, now=now)
    audit.record(session, actor, "alert.tested", alert_id, now=now)
    return alert_id, phones


def answer_test(session: Session, actor: Actor, alert_id: UUID, *, now: datetime) -> None:
    """“I've got it” on the page of a test alert, for the phone that is held in the hand. Saying it again changes nothing.

    Raises NotFound for another person's alert, Refused for a phone that this test did not go to.
    """
    alert = session.get(Alert, alert_id)
    if alert is None or alert.account_id != actor.account_id or alert.severity != Severity.TEST:
        raise NotFound(_("This alert is not known here."))
    mine = queries.answerable(session, alert_id, actor.device_id)
    row = session.get(Delivery, mine.id, with_for_update=True) if mine else None
    if row is None or actor.device_id is None:
        raise Refused(_("This test went to another phone. Send one from this phone."))
    if _mark(row, DeliveryState.ACKNOWLEDGED, now):
        session.add(row)
        people.proven(session, actor.device_id, now=now)
        audit.record(session, actor, "alert.test_answered", alert_id, now=now)


def close(session: Session, subject_id: UUID, *, now: datetime) -> None:
    """Nobody needs to be woken about this any more: what is not sent yet stays unsent."""
    query = select(Alert).where(Alert.subject_id == subject_id, col(Alert.closed_at).is_(None))
    for row in session.exec(query.order_by(col(Alert.id))):  # the order in which a batch of outcomes locks their chains
        row.closed_at = now
        session.add(row)
        session.flush()
        chain.go_on(session, row.id, now=now)


def note(session: Session, token: str, what: DeliveryState, *, now: datetime) -> Receipt:
    """A phone says that it showed, opened or acknowledged an alert. Saying it again changes nothing.

    token: the delivery's own, which may do nothing else. Raises NotFound for an unknown one, Refused for
    another kind of news and for a phone that is no longer this person's.
    """
    if what not in RECEIPTS:
        raise Refused(_("That did not work"))
    query = select(Delivery).where(Delivery.token_hash == sha256(token.encode())).with_for_update()
    row = session.exec(query).first() if token else None
    if row is None:
        raise NotFound(_("This alert is not known here."))
    if not queries.may_answer(session, row):
        raise Refused(_("This phone may no longer answer alerts. Call the on-call line."))
    alert = session.get_one(Alert, row.alert_id)
    first = _mark(row, what, now)
    session.add(row)
    device = session.get(PushSubscription, row.subscription_id) if row.subscription_id else None
    if first and device:
        people.proven(session, device.device_id, now=now)
    return Receipt(row.id, row.alert_id, row.account_id, alert.severity, alert.subject_id, what, first)


def _mark(row: Delivery, what: DeliveryState, now: datetime) -> bool:
    moment = f"{what}_at"
    first = getattr(row, moment) is None
    if first:
        setattr(row, moment, now)
    row.state = moved(DeliveryState(row.state), what)
    return first
