"""What a push says, what it needs to be handed over, and what may come of it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from porchlight.alerts.texts.words import SUBJECTS
from porchlight.alerts.values import Severity
from porchlight.core.clock import iso
from porchlight.core.i18n import translate

LONGEST_WAIT = timedelta(minutes=10)  # a Retry-After beyond it is not obeyed: a crisis is not that patient
DECLARATIVE = 8030  # the number by which WebKit knows a message that it may show without our script


@dataclass(frozen=True, slots=True)
class Push:
    """One message for one browser. topic: the alert's id; a later message of the same topic replaces it there."""

    endpoint: str
    p256dh: str
    auth: str
    payload: bytes
    severity: Severity
    topic: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a provider said. `gone`: this way is dead. `wait`: try again after this; None: do not.

    trouble: a word for the record, empty when it was accepted. ref: the provider's name for it.
    """

    accepted: bool = False
    gone: bool = False
    wait: timedelta | None = None
    trouble: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the VAPID key, whom a push service may write to, and where pushes may go."""

    vapid: ec.EllipticCurvePrivateKey
    subject: str
    hosts: tuple[str, ...]


def payload(alert_id: UUID, severity: Severity, at: datetime, token: str, lang: str, *, shown_from: str = "") -> bytes:
    """What the phone gets (docs/wire.md, Push): no name, no place, nothing of a person.

    shown_from: our own address, for a browser that can show a declared notification itself when its worker is gone
    (W3C Push API, declarative push message). Its worker finds what it needs in the notification's data.
    """
    said: dict[str, Any] = {"v": 1, "alert": str(alert_id), "severity": severity, "at": iso(at), "token": token}
    said["lang"] = lang
    if shown_from:
        notification = {
            "title": translate(SUBJECTS[severity], lang),
            "lang": lang,
            "tag": str(alert_id),
            "navigate": f"{shown_from}/alerts/{alert_id}",
            "data": {name: said[name] for name in ("alert", "severity", "token", "lang")},
        }
        said |= {"web_push": DECLARATIVE, "mutable": True, "notification": notification}
    return json.dumps(said, separators=(",", ":")).encode()


def topic(alert_id: UUID) -> str:
    """32 characters of the base64url alphabet (RFC 8030, 5.4)."""
    return alert_id.hex


def retry_after(words: str, now: datetime) -> timedelta:
    """Seconds or an HTTP date (RFC 9110, 10.2.3); zero when it says nothing that we understand."""
    try:
        wait = timedelta(seconds=int(words)) if words.isdigit() else parsedate_to_datetime(words).astimezone(UTC) - now
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return min(max(wait, timedelta()), LONGEST_WAIT)
