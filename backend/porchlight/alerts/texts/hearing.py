"""What a provider reports of a text or a call: on the phone, or never arrived; and then the next channel at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from porchlight.alerts import chain
from porchlight.alerts.models import Delivery, Outgoing
from porchlight.alerts.rules import NOT_ARRIVED, moved
from porchlight.alerts.values import DeliveryState
from porchlight.alerts.ways import losing

# AWS End User Messaging, event types of SMS and voice. A call that was answered may have been a mailbox.
ARRIVED = frozenset({"TEXT_DELIVERED", "VOICE_ANSWERED", "VOICE_COMPLETED"})
FAILED = frozenset(
    {
        "TEXT_INVALID",
        "TEXT_INVALID_MESSAGE",
        "TEXT_UNREACHABLE",
        "TEXT_CARRIER_UNREACHABLE",
        "TEXT_BLOCKED",
        "TEXT_CARRIER_BLOCKED",
        "TEXT_PROTECT_BLOCKED",
        "TEXT_SPAM",
        "TEXT_TTL_EXPIRED",
        "VOICE_BUSY",
        "VOICE_NO_ANSWER",
        "VOICE_FAILED",
        "VOICE_TTL_EXPIRED",
    }
)
DEAD = frozenset({"TEXT_INVALID"})  # no such number
CENT = 10_000  # hundredths of a cent in a dollar


def hear(session: Session, said: Mapping[str, Any], *, now: datetime) -> None:
    """One report of a configuration set; old news and unknown messages change nothing."""
    what, ref = str(said.get("eventType", "")), str(said.get("messageId", ""))
    if not ref:
        return
    _count(session, what, ref, said)
    query = select(Delivery).where(Delivery.ref == ref).with_for_update()
    row = session.exec(query).first()
    if row is None:
        return
    state = DeliveryState(row.state)
    if what in ARRIVED:
        row.shown_at = row.shown_at or now
        row.state = moved(state, DeliveryState.SHOWN)
    elif what in FAILED and state in NOT_ARRIVED:
        row.failed_at, row.trouble, row.state = now, what.lower(), DeliveryState.FAILED
    else:
        return
    session.add(row)
    session.flush()
    if what in DEAD:
        losing.lose(session, row.account_id, row.channel, what.lower(), now=now)
    chain.go_on(session, row.alert_id, now=now)
    chain.tell_then(session, row.alert_id, now=now)


def _count(session: Session, what: str, ref: str, said: Mapping[str, Any]) -> None:
    """What it did cost, in place of what we reckoned."""
    row = session.exec(select(Outgoing).where(Outgoing.ref == ref).with_for_update()).first()
    if row is None:
        return
    if what in ARRIVED or what in FAILED:
        row.state, row.trouble = ("delivered", "") if what in ARRIVED else ("failed", what.lower())
    prices = [said.get(name) for name in ("totalMessagePrice", "totalCarrierFee")]
    known = [float(one) for one in prices if isinstance(one, (int, float)) and 0 <= one < 100]
    if known and sum(known) > 0:
        row.price = round(sum(known) * CENT)
    session.add(row)
