"""Making ready what is to be sent: for each delivery the push, the text, the call or the letter, as words of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight.alerts import pushes, queries, recording
from porchlight.alerts.calling import Words
from porchlight.alerts.models import Alert, Delivery, PushSubscription
from porchlight.alerts.pushes import Outcome, Push
from porchlight.alerts.texts import spending, words
from porchlight.alerts.tokens import token_of
from porchlight.alerts.values import Channel, DeliveryState, Severity
from porchlight.alerts.ways import queries as ways
from porchlight.core.i18n import translate
from porchlight.core.keys import sha256
from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.people.queries import AccountLine

UNSENT = (DeliveryState.MADE, DeliveryState.FAILED)
_UNSENT = (
    select(Delivery, Alert)
    .join(Alert, col(Alert.id) == Delivery.alert_id)
    .where(col(Delivery.id).in_(sa.bindparam("wanted", expanding=True)))
    .where(col(Delivery.state).in_(UNSENT), col(Alert.closed_at).is_(None))
    .order_by(col(Delivery.id))
    .with_for_update(of=Delivery)
)
APPLE = ".push.apple.com"
_PHONES = select(PushSubscription).where(col(PushSubscription.id).in_(sa.bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail that is ready to go."""

    to: str
    subject: str
    text: str
    locale: str


Ready = Push | Words | Letter


def claim(session: Session, wanted: Sequence[UUID], tools: Tools, *, now: datetime) -> dict[UUID, Ready]:
    """What can be sent. A way that was lost meanwhile has failed: whoever comes next must not wait for it."""
    rows = session.exec(_UNSENT, params={"wanted": list(wanted)}).all()
    known = people.accounts(session, {delivery.account_id for delivery, _alert in rows})
    # Held here, so that the session finds each of them again without asking.
    ids = {delivery.subscription_id for delivery, _alert in rows if delivery.subscription_id}
    _phones = list(session.exec(_PHONES, params={"ids": list(ids)}))
    ready: dict[UUID, Ready] = {}
    for delivery, alert in rows:
        person = known.get(delivery.account_id)
        made = _ready(session, delivery, alert, person, tools, now) if person else "gone"
        if isinstance(made, str):
            recording.mark(session, delivery, Outcome(trouble=made), now=now)
        else:
            ready[delivery.id] = made
    return ready


def _ready(
    session: Session, delivery: Delivery, alert: Alert, person: AccountLine, tools: Tools, now: datetime
) -> Ready | str:
    """The message, or a word for why there is none."""
    if not queries.may_answer(session, delivery):
        return "gone"
    if delivery.channel == Channel.PUSH:
        return _push(session, delivery, alert, person, tools)
    way = next((one for one in ways.own(session, person.id) if one.channel == delivery.channel), None)
    if way is None or not way.works:
        return "gone"
    severity = Severity(alert.severity)
    if delivery.channel != Channel.EMAIL and severity != Severity.CRISIS and spending.spent(session, tools, now=now):
        return "spent"
    return _words(session, Channel(delivery.channel), way.address, alert, person, tools, delivery.id)


def _push(session: Session, delivery: Delivery, alert: Alert, person: AccountLine, tools: Tools) -> Push | str:
    phone = session.get(PushSubscription, delivery.subscription_id) if delivery.subscription_id else None
    if phone is None or phone.dead_at is not None:
        return "gone"
    token = token_of(tools.keys, delivery.id)
    delivery.token_hash = sha256(token.encode())
    session.add(delivery)
    severity = Severity(alert.severity)
    apple = (urlsplit(phone.endpoint).hostname or "").endswith(APPLE)
    said = pushes.payload(
        alert.id,
        severity,
        alert.made_at,
        token,
        person.locale,
        shown_from=tools.settings.public_url if apple else "",
    )
    return Push(phone.endpoint, phone.p256dh, phone.auth, said, severity, pushes.topic(alert.id))


def _words(
    session: Session, channel: Channel, to: str, alert: Alert, person: AccountLine, tools: Tools, delivery_id: UUID
) -> Ready:
    agency = people.agency(session) or people.NO_AGENCY
    names = {"agency": agency.name, "phone": agency.phone}
    severity = Severity(alert.severity)
    if channel == Channel.EMAIL:
        subject = translate(words.SUBJECTS[severity], person.locale)
        text = words.text(severity, person.locale, **names, replies=False)
        link = f"{tools.settings.public_url}/alerts/{alert.id}"
        return Letter(to, subject, f"{text}\n\n{link}\n", person.locale)
    if channel == Channel.VOICE:
        body = words.call(severity, person.locale, **names)
    else:
        replies = bool(tools.settings.sns_topics)
        body = words.text(severity, person.locale, **names, replies=replies)
    return Words(channel, to, body, person.locale, {"delivery": str(delivery_id)})
