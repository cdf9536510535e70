"""Where a push may go at all, and what may become of a delivery."""

from datetime import timedelta

import pytest

from porchlight.alerts import rules
from porchlight.alerts.values import DeliveryState, Severity
from porchlight.core.refused import Refused
from porchlight.settings import PUSH_HOSTS

HERE = "http://127.0.0.1:9090"


@pytest.mark.parametrize(
    "url",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://api.sandbox.push.apple.com/abc",
        "https://db5p.notify.windows.com/w/?token=a%2bb",
        "https://FCM.googleapis.com:443/fcm/send/abc",
    ],
)
def test_the_push_services_of_todays_browsers_are_allowed(url: str) -> None:
    assert rules.check_endpoint(url, PUSH_HOSTS).trusted is False


@pytest.mark.parametrize(
    "url",
    [
        "http://fcm.googleapis.com/fcm/send/abc",  # not TLS
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://fcm.googleapis.com.example.org/x",
        "https://evil-fcm.googleapis.com/x",
        "https://push.apple.com/x",  # the wildcard names what stands below
        "https://xpush.apple.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@example.org/x",
        "https://someone:secret@fcm.googleapis.com/x",
        "https://fcm.googleapis.com\\@example.org/x",
        "https://fcm.googleapis.com/x#y",
        "https://fcm.googleapis.com./x",
        "https://fcm.googleapis.com\n.example.org/x",
        "https://ｆcm.googleapis.com/x",
        "ftp://fcm.googleapis.com/x",
        "file:///etc/passwd",
        "https:///x",
        "https://fcm.googleapis.com:99999/x",
        "//fcm.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * 2048,
        "",
    ],
)
@pytest.mark.asvs("1.3.6")
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        rules.check_endpoint(url, PUSH_HOSTS)


@pytest.mark.asvs("1.3.6")
def test_only_an_origin_that_is_named_whole_may_be_ours() -> None:
    assert rules.check_endpoint(f"{HERE}/ok/one", (HERE,)).trusted is True
    for url in ("http://127.0.0.1:9091/x", "http://127.0.0.1/x", "https://127.0.0.1:9090/x", f"{HERE}@example.org/x"):
        with pytest.raises(Refused):
            rules.check_endpoint(url, (HERE, *PUSH_HOSTS))


S = DeliveryState


@pytest.mark.parametrize(
    ("before", "news", "after"),
    [
        (S.MADE, S.ACCEPTED, S.ACCEPTED),
        (S.MADE, S.SHOWN, S.SHOWN),  # the receipt overtook the answer of the push service
        (S.SHOWN, S.ACCEPTED, S.SHOWN),
        (S.ACKNOWLEDGED, S.SHOWN, S.ACKNOWLEDGED),
        (S.ACCEPTED, S.FAILED, S.ACCEPTED),  # a second try that failed does not undo the first
        (S.FAILED, S.SHOWN, S.SHOWN),  # it had arrived all the same
        (S.OPENED, S.OPENED, S.OPENED),
    ],
)
def test_old_news_changes_nothing(before: S, news: S, after: S) -> None:
    assert rules.moved(before, news) == after


def test_every_state_and_severity_has_its_rule() -> None:
    assert set(rules.NEXT) == set(DeliveryState)
    assert set(rules.TTL) == set(rules.URGENCY) == set(Severity)
    assert min(rules.TTL.values()) > 0  # a push without a time to live is dropped when the phone sleeps
    assert [s for s, urgency in rules.URGENCY.items() if urgency == "high"] == [Severity.CRISIS]


def test_tries_come_further_apart_and_end() -> None:
    waits = [rules.wait_before(tries) for tries in range(1, 12)]

    assert waits[0] == timedelta(seconds=5)
    assert [w for w in waits if w] == sorted(w for w in waits if w)
    assert waits[-1] is None
