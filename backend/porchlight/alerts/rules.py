"""What may become of a delivery, and where a push may be sent at all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from porchlight.alerts.values import DeliveryState, Severity
from porchlight.core.i18n import _
from porchlight.core.refused import Refused

S = DeliveryState

# A receipt may overtake the answer of the provider, and a try that we saw fail may have arrived all the same.
NEXT: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    S.MADE: frozenset({S.ACCEPTED, S.SHOWN, S.OPENED, S.ACKNOWLEDGED, S.FAILED}),
    S.ACCEPTED: frozenset({S.SHOWN, S.OPENED, S.ACKNOWLEDGED}),
    S.SHOWN: frozenset({S.OPENED, S.ACKNOWLEDGED}),
    S.OPENED: frozenset({S.ACKNOWLEDGED}),
    S.ACKNOWLEDGED: frozenset(),
    S.FAILED: frozenset({S.ACCEPTED, S.SHOWN, S.OPENED, S.ACKNOWLEDGED}),
}

# A carrier may say later that a text or a call which was taken never arrived; a second try of ours may not.
NOT_ARRIVED = frozenset({S.MADE, S.ACCEPTED})

RECEIPTS = frozenset({S.SHOWN, S.OPENED, S.ACKNOWLEDGED})

# Seconds that a push service keeps what it cannot deliver (RFC 8030, 5.2). A crisis that is an hour old
# rings other phones by then; a test proves nothing later than now.
TTL: Mapping[Severity, int] = {Severity.CRISIS: 3600, Severity.TEST: 120, Severity.NOTICE: 86400}
URGENCY: Mapping[Severity, str] = {
    Severity.CRISIS: "high",
    Severity.TEST: "normal",
    Severity.NOTICE: "normal",
}

# RFC 8291, 4: 4,096 bytes with padding and key; what is left for the words.
LONGEST_PAYLOAD = 3993
LONGEST_ENDPOINT = 2048

# A try that failed for now is made again while the alert is open; the next person is called meanwhile.
AGAIN = tuple(timedelta(seconds=s) for s in (5, 15, 30, 60, 60, 60, 120, 120, 300, 300))

NOT_A_PUSH_SERVICE = _(
    "This phone's browser uses an alert service we do not know. Try Chrome, Firefox, Edge or Safari."
)
NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a push goes. `trusted`: the allow-list names this very origin, so that it may be an address of ours."""

    host: str
    port: int
    trusted: bool


def moved(state: DeliveryState, to: DeliveryState) -> DeliveryState:
    """The state after this news; old news changes nothing."""
    return to if to in NEXT[state] else state


def wait_before(tries: int) -> timedelta | None:
    """How long until the next try after this many; None: no more."""
    return AGAIN[tries - 1] if tries <= len(AGAIN) else None


def check_endpoint(url: str, hosts: Sequence[str]) -> Endpoint:
    """Where this subscription leads, if it is on the list of push services. Raises Refused.

    hosts: names (`fcm.googleapis.com`), wildcards for what stands below a name (`*.push.apple.com`),
    or a whole origin (`http://127.0.0.1:9090`), which alone may be plain HTTP or a private address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(NOT_A_PUSH_SERVICE) from error
    host = (parts.hostname or "").lower()
    # Another reader of addresses may see another host where there is a backslash or a blank.
    plain = url.isascii() and url.isprintable() and not set(url) & set("\\ ")
    if len(url) > LONGEST_ENDPOINT or parts.username is not None or parts.fragment or not plain:
        raise Refused(NOT_A_PUSH_SERVICE)
    if f"{parts.scheme}://{parts.netloc}" in {entry for entry in hosts if "://" in entry}:
        return Endpoint(host, port or (443 if parts.scheme == "https" else 80), trusted=True)
    named = NAME.fullmatch(host) and any(_names(entry, host) for entry in hosts if "://" not in entry)
    if parts.scheme != "https" or port not in (None, 443) or not named:
        raise Refused(NOT_A_PUSH_SERVICE)
    return Endpoint(host, 443, trusted=False)


def _names(entry: str, host: str) -> bool:
    return host.endswith(entry[1:]) and host != entry[2:] if entry.startswith("*.") else host == entry
