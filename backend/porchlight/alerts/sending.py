"""Handing pushes to browsers' push services (RFC 8030, 8291, 8292), many at once over connections that stay open."""

import asyncio
import atexit
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from porchlight.alerts.pushes import Outcome, Push, Sender, payload, retry_after, topic
from porchlight.alerts.rules import LONGEST_PAYLOAD, TTL, URGENCY, check_endpoint
from porchlight.core.i18n import _
from porchlight.core.refused import Refused

__all__ = [
    "Outcome",
    "Push",
    "Sender",
    "check_where_it_leads",
    "payload",
    "retry_after",
    "send_all",
    "send_push",
    "topic",
]
log = structlog.get_logger()
T = TypeVar("T")

# Below the 5 s in which the next channel must have begun when a service hangs (oncall.md, Promises).
TIMEOUT = 4.0
AT_ONCE = 64  # sent side by side, so that what hangs holds up few
SIGNED_FOR = 12 * 3600  # seconds; RFC 8292 allows 24 h
SIGNED_UNTIL = 3600  # before its end a signature is made anew


class Line:
    """One event loop in a thread of its own, whose connections all senders of this process share."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._outside: aiohttp.ClientSession | None = None
        self._trusted: aiohttp.ClientSession | None = None
        self._signed: dict[tuple[str, str, ec.EllipticCurvePrivateKey], tuple[dict[str, str], float]] = {}
        threading.Thread(target=self._loop.run_forever, name="push-line", daemon=True).start()
        atexit.register(self.close)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def session(self, *, trusted: bool) -> aiohttp.ClientSession:
        """Only from within the loop."""
        if self._outside is None or self._trusted is None:
            self._outside, self._trusted = _session(socket_factory=_outside), _session()
        return self._trusted if trusted else self._outside

    def signature(self, sender: Sender, endpoint: str) -> dict[str, str]:
        """The VAPID header for this push service: signed once, used for hours."""
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        known, now = self._signed.get((audience, sender.subject, sender.vapid)), time.time()
        if known and known[1] - now > SIGNED_UNTIL:
            return known[0]
        ends = int(now) + SIGNED_FOR
        made = Vapid02(sender.vapid).sign({"aud": audience, "sub": sender.subject, "exp": ends})
        if len(self._signed) > 1000:  # services are few; only somebody's mischief makes them many
            self._signed.clear()
        self._signed[audience, sender.subject, sender.vapid] = (made, ends)
        return made

    def close(self) -> None:
        async def hang_up() -> None:
            for session in (self._outside, self._trusted):
                if session:
                    await session.close()

        self.run(hang_up())
        self._loop.call_soon_threadsafe(self._loop.stop)


_line: Line | None = None
_laying = threading.Lock()


def line() -> Line:
    """This process's own, laid when it is first needed: a child must not inherit a loop."""
    global _line  # noqa: PLW0603
    with _laying:
        _line = _line or Line()
        return _line


def send_all(pushes: Sequence[Push], sender: Sender, *, clock: Callable[[], datetime]) -> list[Outcome]:
    """Side by side, so that a slow service holds up nobody; outcomes in the order of the pushes.

    clock: the time now, for a Retry-After that is a date.
    """
    return line().run(_all(line(), pushes, sender, clock)) if pushes else []


def send_push(push: Push, sender: Sender, *, clock: Callable[[], datetime]) -> Outcome:
    return send_all([push], sender, clock=clock)[0]


async def _all(over: Line, pushes: Sequence[Push], sender: Sender, clock: Callable[[], datetime]) -> list[Outcome]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(push: Push) -> Outcome:
        async with room:
            return await _send(over, push, sender, clock)

    return list(await asyncio.gather(*(one(push) for push in pushes)))


async def _send(over: Line, push: Push, sender: Sender, clock: Callable[[], datetime]) -> Outcome:
    """Hand over one push; whatever happens is an outcome, never an exception of the network."""
    if len(push.payload) > LONGEST_PAYLOAD:
        return Outcome(trouble="too_large")
    try:
        where = check_endpoint(push.endpoint, sender.hosts)
        keys = {"p256dh": push.p256dh, "auth": push.auth}
        body = WebPusher({"endpoint": push.endpoint, "keys": keys}).encode(push.payload)["body"]
        headers = {
            **over.signature(sender, push.endpoint),
            "TTL": str(TTL[push.severity]),
            "Urgency": URGENCY[push.severity],
            "Topic": push.topic,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
        }
        session = over.session(trusted=where.trusted)
        async with session.post(push.endpoint, data=body, headers=headers, allow_redirects=False) as answer:
            return _outcome(answer.status, answer.headers.get("Retry-After", ""), clock)
    except (Refused, _LeadsToUs, aiohttp.ClientError, OSError, ValueError, WebPushException) as error:
        return _no_answer(error)


def _no_answer(error: Exception) -> Outcome:
    if isinstance(error, Refused):
        return Outcome(trouble="host_not_allowed")
    if isinstance(error, _LeadsToUs):
        return Outcome(trouble="private_address")
    if isinstance(error, TimeoutError):
        return Outcome(wait=timedelta(), trouble="timeout")
    if isinstance(error, (aiohttp.ClientError, OSError)) and not isinstance(error, aiohttp.InvalidURL):
        return Outcome(wait=timedelta(), trouble="unreachable")
    return Outcome(trouble="unusable")


def _outcome(status: int, retry: str, clock: Callable[[], datetime]) -> Outcome:
    if status in range(200, 300):
        return Outcome(accepted=True)
    if status in (404, 410):
        return Outcome(gone=True, trouble=f"answer_{status}")
    if status == 429 or status >= 500:
        return Outcome(wait=retry_after(retry, clock()), trouble=f"answer_{status}")
    log.warning("push.refused", status=status)
    return Outcome(trouble=f"answer_{status}")


def _session(**how: Any) -> aiohttp.ClientSession:
    """Never through a proxy of the environment, and without a memory of cookies."""
    connector = aiohttp.TCPConnector(limit=AT_ONCE * 2, limit_per_host=AT_ONCE, happy_eyeballs_delay=None, **how)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    return aiohttp.ClientSession(
        connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
    )


class _LeadsToUs(Exception):
    """The name leads to an address that is not public."""


def _outside(found: Any) -> socket.socket:
    """A socket for just this address, which is looked at again: a name may lead elsewhere than when it was checked."""
    family, kind, protocol, _name, address = found
    if not _public(str(address[0])):
        raise _LeadsToUs
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


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
