"""Handing a push over: it is what a browser can read, from us, in time; and whatever fails has an outcome."""

import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from porchlight.alerts import sending
from porchlight.alerts.sending import Outcome, Push, Sender
from porchlight.alerts.values import Severity
from porchlight.core.i18n import translate
from porchlight.core.keys import Keys, b64u, point
from porchlight.core.refused import Refused
from porchlight.settings import PUSH_HOSTS
from tests.pushing import Decrypting, Service, browser_keys

KEYS = Keys("A" * 43)
NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
ALERT = uuid4()
TOKEN = "t" * 43


def payload(severity: Severity = Severity.CRISIS) -> bytes:
    return sending.payload(ALERT, severity, NOON, TOKEN, "es")


def push_to(endpoint: str, keys: dict[str, str] | None = None, **other: Any) -> Push:
    given = {"payload": payload(), "severity": Severity.CRISIS, "topic": sending.topic(ALERT), **other}
    return Push(endpoint, **(keys or browser_keys()), **given)


def hand_over(push: Push, *hosts: str) -> Outcome:
    sender = Sender(KEYS.vapid, "mailto:alerts@example.org", hosts)
    return sending.send_push(push, sender, clock=lambda: NOON)


@pytest.fixture
def relay(decrypting: Decrypting) -> Iterator[Service]:
    """Writes down what we send before the decrypting service gets it."""
    with Service(behind=decrypting.url) as running:
        yield running


def subscribed(decrypting: Decrypting, relay: Service) -> tuple[str, str, dict[str, str]]:
    client, keys = decrypting.subscribe(b64u(point(KEYS.vapid.public_key())))
    return client, f"{relay.url}/relay/notify/{client}", keys


def test_a_browser_can_read_it_and_it_says_nothing_of_a_person(decrypting: Decrypting, relay: Service) -> None:
    client, endpoint, keys = subscribed(decrypting, relay)

    assert hand_over(push_to(endpoint, keys), relay.url) == Outcome(accepted=True)

    (said,) = decrypting.messages(client)
    assert said == {
        "v": 1,
        "alert": str(ALERT),
        "severity": "crisis",
        "at": "2026-11-23T18:00:00.000Z",
        "token": TOKEN,
        "lang": "es",
    }
    assert TOKEN.encode() not in relay.asked[0].body


def test_it_is_signed_by_our_key_for_that_service_and_nobody_else(decrypting: Decrypting, relay: Service) -> None:
    client, endpoint, keys = subscribed(decrypting, relay)
    sender = Sender(ec.generate_private_key(ec.SECP256R1()), "mailto:alerts@example.org", (relay.url,))

    stranger = sending.send_push(push_to(endpoint, keys), sender, clock=lambda: NOON)

    assert stranger == Outcome(trouble="answer_400")
    assert decrypting.messages(client) == []


def test_the_headers_say_how_long_how_urgent_and_which_alert(decrypting: Decrypting, relay: Service) -> None:
    _, endpoint, keys = subscribed(decrypting, relay)
    for severity in Severity:
        hand_over(push_to(endpoint, keys, severity=severity), relay.url)

    said = [(one.headers["ttl"], one.headers["urgency"], one.headers["topic"]) for one in relay.asked]

    assert said == [
        (ttl, urgency, ALERT.hex) for ttl, urgency in (("3600", "high"), ("120", "normal"), ("86400", "normal"))
    ]
    assert len(ALERT.hex) <= 32  # RFC 8030, 5.4


def test_each_service_gets_a_claim_of_its_own_that_ends_within_a_day(relay: Service, push: Service) -> None:
    before = int(time.time())
    hand_over(push_to(push.endpoint("ok")), push.url)
    hand_over(push_to(relay.endpoint("ok")), relay.url)

    claims = []
    for service in (push, relay):
        words = service.asked[0].headers["authorization"].removeprefix("vapid t=").split(",")[0]
        public = ECKey.import_key(KEYS.vapid.public_key())
        claims.append(jwt.decode(words, public, algorithms=["ES256"]).claims)
        assert jws.extract_compact(words.encode()).protected["alg"] == "ES256"

    assert [one["aud"] for one in claims] == [push.url, relay.url]
    assert all(one["sub"] == "mailto:alerts@example.org" and before < one["exp"] <= before + 86400 for one in claims)


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ("ok", Outcome(accepted=True)),
        ("404", Outcome(gone=True, trouble="answer_404")),
        ("410", Outcome(gone=True, trouble="answer_410")),
        ("429", Outcome(wait=timedelta(seconds=7), trouble="answer_429")),
        ("500", Outcome(wait=timedelta(), trouble="answer_500")),
        ("413", Outcome(trouble="answer_413")),
        ("redirect", Outcome(trouble="answer_307")),
    ],
)
def test_each_answer_of_a_push_service_has_its_outcome(push: Service, what: str, outcome: Outcome) -> None:
    assert hand_over(push_to(push.endpoint(what)), push.url) == outcome
    assert push.paths() == [f"/{what}/one"]  # nobody followed the redirect, nobody tried twice


def test_a_service_that_hangs_is_left_after_five_seconds(push: Service) -> None:
    started = time.monotonic()

    outcome = hand_over(push_to(push.endpoint("hang")), push.url)

    assert outcome == Outcome(wait=timedelta(), trouble="timeout")
    assert time.monotonic() - started < 7


def test_a_service_that_is_away_is_tried_again(push: Service) -> None:
    with Service() as gone:
        endpoint = gone.endpoint("ok")

    assert hand_over(push_to(endpoint), gone.url) == Outcome(wait=timedelta(), trouble="unreachable")


def test_one_that_hangs_holds_up_nobody_else(push: Service) -> None:
    sender = Sender(KEYS.vapid, "mailto:alerts@example.org", (push.url,))
    pushes = [push_to(push.endpoint(what, str(n))) for n, what in enumerate(["hang", "hang", *["ok"] * 8])]
    started = time.monotonic()

    outcomes = sending.send_all(pushes, sender, clock=lambda: NOON)

    assert [one.accepted for one in outcomes] == [False, False, *[True] * 8]
    assert time.monotonic() - started < 7.5


def test_a_payload_that_browsers_would_refuse_never_leaves(push: Service) -> None:
    longest, too_long = (push_to(push.endpoint("ok"), payload=b"x" * size) for size in (3993, 3994))

    assert hand_over(longest, push.url).accepted
    assert hand_over(too_long, push.url) == Outcome(trouble="too_large")
    assert len(push.asked) == 1
    assert len(push.asked[0].body) <= 4096


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Mon, 23 Nov 2026 18:00:30 GMT", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 17:00:00 GMT", timedelta()),
        ("86400", timedelta(minutes=10)),  # a crisis is not that patient
        ("soon", timedelta()),
        ("", timedelta()),
        ("-5", timedelta()),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(said: str, wait: timedelta) -> None:
    assert sending.retry_after(said, NOON) == wait


@pytest.mark.asvs("1.3.6")
def test_a_host_that_left_the_list_gets_nothing_more(push: Service) -> None:
    assert hand_over(push_to(push.endpoint("ok")), *PUSH_HOSTS) == Outcome(trouble="host_not_allowed")
    assert push.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "192.168.0.9",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
    ],
)
@pytest.mark.asvs("1.3.6")
def test_a_push_host_that_resolves_to_an_address_of_ours_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", ("142.250.1.95", 443)), (0, 0, 0, "", (address, 443))]
    )

    with pytest.raises(Refused):
        sending.check_where_it_leads("https://fcm.googleapis.com/fcm/send/x", PUSH_HOSTS)


def test_a_push_host_with_public_addresses_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", ("142.250.1.95", 443))])

    sending.check_where_it_leads("https://fcm.googleapis.com/fcm/send/x", PUSH_HOSTS)


@pytest.mark.asvs("1.3.6")
def test_a_name_that_moves_to_an_address_of_ours_after_the_check_gets_no_byte(
    push: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", push.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_a, **_k: asked.append(host) or here)

    outcome = hand_over(push_to("https://fcm.googleapis.com/fcm/send/x"), *PUSH_HOSTS)

    assert asked == ["fcm.googleapis.com"]
    assert outcome == Outcome(trouble="private_address")
    assert push.asked == []


def test_the_signature_for_a_service_is_made_once_and_used_for_hours(
    push: Service, relay: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[str] = []
    sign = sending.Vapid02.sign
    monkeypatch.setattr(sending.Vapid02, "sign", lambda key, claims: signed.append(claims["aud"]) or sign(key, claims))
    sender = Sender(KEYS.vapid, "mailto:twice@example.org", (push.url, relay.url))

    for _ in range(2):
        sending.send_all([push_to(push.endpoint("ok")) for _ in range(5)], sender, clock=lambda: NOON)
    sending.send_push(push_to(relay.endpoint("ok")), sender, clock=lambda: NOON)

    assert signed == [push.url, relay.url]
    assert len({one.headers["authorization"] for one in push.asked}) == 1
    assert len({one.headers["authorization"] for one in (*push.asked, *relay.asked)}) == 2


def test_what_a_browser_can_show_by_itself_says_the_same_and_no_more() -> None:
    declared = sending.payload(ALERT, Severity.CRISIS, NOON, TOKEN, "es", shown_from="https://porch.example.org")

    said = json.loads(declared)
    assert (said["web_push"], said["mutable"]) == (8030, True)
    assert said["notification"]["title"] == translate("Crisis alert. Open to see.", "es")
    assert said["notification"]["navigate"] == f"https://porch.example.org/alerts/{ALERT}"
    assert said["notification"]["data"] == {"alert": str(ALERT), "severity": "crisis", "token": TOKEN, "lang": "es"}
    assert {name: said[name] for name in json.loads(payload())} == json.loads(payload())
    assert len(declared) < 1000
