"""Handing a push to a browser's push service (RFC 8030, 8291, 8292); the only place that calls out."""

import ipaddress
import json
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import requests
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from porchlight.alerts.rules import LONGEST_PAYLOAD, TTL, URGENCY, check_endpoint
from porchlight.alerts.values import Severity
from porchlight.core.clock import iso
from porchlight.core.i18n import _
from porchlight.core.refused import Refused

log = structlog.get_logger()

TIMEOUT = 4.0  # seconds; a service that hangs must not hold up the next person, who is called within 5 s
AT_ONCE = 32  # sent side by side: with this time-out, all of a job's pushes end within its lease
LONGEST_WAIT = timedelta(minutes=10)  # a Retry-After beyond it is not obeyed: a crisis is not that patient


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
    """What the push service said. `gone`: the subscription is dead. `wait`: try again after this; None: do not.

    trouble: a word for the record, empty when it was accepted.
    """

    accepted: bool = False
    gone: bool = False
    wait: timedelta | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the VAPID key, whom a push service may write to, and where pushes may go."""

    vapid: ec.EllipticCurvePrivateKey
    subject: str
    hosts: tuple[str, ...]


def payload(alert_id: UUID, severity: Severity, at: datetime, token: str, lang: str) -> bytes:
    """What the phone gets (docs/wire.md, Push): no name, no place, nothing of a person."""
    said = {"v": 1, "alert": str(alert_id), "severity": severity, "at": iso(at), "token": token, "lang": lang}
    return json.dumps(said, separators=(",", ":")).encode()


def topic(alert_id: UUID) -> str:
    """32 characters of the base64url alphabet (RFC 8030, 5.4)."""
    return alert_id.hex


def send_all(pushes: Sequence[Push], sender: Sender, *, clock: Callable[[], datetime]) -> list[Outcome]:
    """Side by side, so that a slow service holds up nobody; outcomes in the order of the pushes."""
    if not pushes:
        return []
    with ThreadPoolExecutor(max_workers=min(len(pushes), AT_ONCE)) as pool:
        return list(pool.map(lambda push: send_push(push, sender, clock=clock), pushes))


def send_push(push: Push, sender: Sender, *, clock: Callable[[], datetime]) -> Outcome:
    """Hand over one push; whatever happens is an outcome, never an exception of the network.

    clock: the time now, for a Retry-After that is a date.
    """
    if len(push.payload) > LONGEST_PAYLOAD:
        return Outcome(trouble="too_large")
    try:
        where = check_endpoint(push.endpoint, sender.hosts)
        with _session(trusted=where.trusted) as session:
            answer: Any = webpush(
                {"endpoint": push.endpoint, "keys": {"p256dh": push.p256dh, "auth": push.auth}},
                push.payload,
                vapid_private_key=Vapid02(sender.vapid),
                vapid_claims={"sub": sender.subject},
                ttl=TTL[push.severity],
                timeout=TIMEOUT,
                headers={
                    "Urgency": URGENCY[push.severity],
                    "Topic": push.topic,
                    "Content-Type": "application/octet-stream",
                },
                requests_session=session,
            )
    except WebPushException as error:
        answer = error.response
    except Refused:
        return Outcome(trouble="host_not_allowed")
    except _LeadsToUs:
        return Outcome(trouble="private_address")
    except (requests.RequestException, OSError, ValueError) as error:
        return _no_answer(error)
    return _outcome(answer, clock)


def resolves_to_public(host: str, port: int) -> bool:
    """Whether every address of this name is a public one; a name without an address is not."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(found) and all(_public(str(address[4][0])) for address in found)


def check_where_it_leads(url: str, hosts: Sequence[str]) -> None:
    """Before a subscription is kept: its host is a push service and no address of ours. Raises Refused."""
    where = check_endpoint(url, hosts)
    if not where.trusted and not resolves_to_public(where.host, where.port):
        raise Refused(_("This phone's browser uses an alert service we cannot reach. Try again in a minute."))


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


def _outcome(answer: requests.Response | None, clock: Callable[[], datetime]) -> Outcome:
    # A Response is false when its status is 400 or above: only None means that there was none.
    if answer is None:
        return Outcome(wait=timedelta(), trouble="no_answer")
    status = answer.status_code
    if status in range(200, 300):
        return Outcome(accepted=True)
    if status in (404, 410):
        return Outcome(gone=True, trouble=f"answer_{status}")
    if status == 429 or status >= 500:
        return Outcome(wait=retry_after(answer.headers.get("Retry-After", ""), clock()), trouble=f"answer_{status}")
    log.warning("push.refused", status=status)
    return Outcome(trouble=f"answer_{status}")


def _no_answer(error: Exception) -> Outcome:
    if isinstance(error, requests.Timeout):
        return Outcome(wait=timedelta(), trouble="timeout")
    if isinstance(error, (requests.RequestException, OSError)):
        return Outcome(wait=timedelta(), trouble="unreachable")
    return Outcome(trouble="unusable")


def retry_after(words: str, now: datetime) -> timedelta:
    """Seconds or an HTTP date (RFC 9110, 10.2.3); zero when it says nothing that we understand."""
    try:
        wait = timedelta(seconds=int(words)) if words.isdigit() else parsedate_to_datetime(words).astimezone(UTC) - now
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return min(max(wait, timedelta()), LONGEST_WAIT)


class _LeadsToUs(Exception):
    """The name leads to an address that is not public."""


class _OutsideConnection(HTTPSConnection):
    """Looks at whom it reached before a byte is sent: a name may lead elsewhere than when it was checked."""

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        if not _public(str(made.getpeername()[0])):
            made.close()
            raise _LeadsToUs
        return made


class _OutsidePool(HTTPSConnectionPool):
    ConnectionCls = _OutsideConnection


class _Outside(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _OutsidePool}


class _OneHop(requests.Session):
    """Never goes where a redirect points, never through a proxy of the environment."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **{**kwargs, "allow_redirects": False})


def _session(*, trusted: bool) -> requests.Session:
    session = _OneHop()
    if not trusted:
        session.mount("https://", _Outside())
    return session
