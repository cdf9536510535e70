"""What counts as proven, and who may say so."""

from datetime import timedelta

import pytest

from porchlight.core.refused import Refused
from porchlight.ready import rules
from porchlight.ready.rules import Line
from porchlight.ready.values import TITLES, Check, Standing
from tests.world import MONDAY

P, N, X = Standing.PROVEN, Standing.NOT_PROVEN, Standing.NOT_POSSIBLE


def test_every_row_is_there_in_its_order_and_what_nobody_tried_is_not_proven() -> None:
    lines = rules.card({}, subscribed=False, answered_at=None)

    assert [line.check for line in lines] == list(Check) == list(TITLES)
    assert {line.standing for line in lines} == {N}
    assert rules.missing(lines) == list(Check)


def test_what_a_phone_said_stands_and_the_rest_is_missing() -> None:
    said = {Check.CALL: Line(Check.CALL, P, MONDAY), Check.STORAGE: Line(Check.STORAGE, X)}

    lines = rules.card(said, subscribed=True, answered_at=MONDAY)

    assert rules.missing(lines) == [Check.OFFLINE, Check.CAMERA, Check.GALLERY, Check.STORAGE]


@pytest.mark.parametrize(
    ("said", "subscribed", "answered", "found"),
    [
        (N, True, True, P),
        (N, True, False, N),
        (N, False, True, N),  # it did once; nobody can call it now
        (P, True, False, N),  # whatever stands in the table
        (X, False, False, X),
        (X, True, False, N),
        (X, True, True, P),
    ],
)
def test_only_a_phone_that_is_called_and_has_answered_proves_alerts(
    said: Standing, *, subscribed: bool, answered: bool, found: Standing
) -> None:
    line = rules.alerts_line(Line(Check.ALERTS, said), subscribed=subscribed, answered_at=MONDAY if answered else None)

    assert line.standing == found
    assert line.proven_at == (MONDAY if answered else None)


def test_nobody_says_of_themselves_that_an_alert_woke_them() -> None:
    with pytest.raises(Refused):
        rules.check_can_report(Check.ALERTS, P)
    for check in Check:
        for standing in Standing:
            if (check, standing) != (Check.ALERTS, P):
                rules.check_can_report(check, standing)


def test_a_clock_that_is_ahead_proves_nothing_in_the_future() -> None:
    assert rules.moment_of(MONDAY + timedelta(days=700), now=MONDAY) == MONDAY
    assert rules.moment_of(MONDAY - timedelta(hours=3), now=MONDAY) == MONDAY - timedelta(hours=3)
