"""Whom an alert calls is set by a supervisor, in words and minutes, and kept in seconds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from porchlight.app import create
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import Refused
from porchlight.core.tools import Tools
from porchlight.crises import raising
from porchlight.crises.models import Crisis, EscalationPolicy
from porchlight.crises.policies import rules
from porchlight.crises.policies.rules import Step
from porchlight.crises.raising import CrisisBody
from porchlight.crises.values import Reason
from porchlight.oncall.models import Schedule
from tests.browsing import Browser, proving, text_of
from tests.world import World

Browsers = Callable[..., Browser]
POSITIONS = ["worker", "backup", "supervisor", "director"]
one_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def form(world: World, **other: Any) -> dict[str, str]:
    return {
        "level_1": "worker",
        "minutes_1": "0",
        "level_2": "supervisor",
        "minutes_2": "1.5",
        "level_3": "",
        "minutes_3": "",
        "last_resort_id": str(world.accounts["mara"]),
        "duty_manager_id": str(world.accounts["priya"]),
        "nudge_minutes": "15",
        "grace_minutes": "4",
        **other,
    }


def kept(db: Database) -> EscalationPolicy:
    with db.reading() as session:
        return session.exec(select(EscalationPolicy)).one()


@one_database
def test_a_supervisor_sets_levels_in_minutes_and_they_are_kept_in_seconds(
    browser_of: Browsers, db: Database, world: World
) -> None:
    priya = browser_of("priya")
    assert priya.get("/crises/policy").status_code == 200

    assert priya.post("/crises/policy", data=form(world)).status_code == 303

    row = kept(db)
    assert row.levels == [
        {"position": "worker", "after_seconds": 0},
        {"position": "supervisor", "after_seconds": 90},
    ]
    assert (row.nudge_seconds, row.grace_seconds) == (900, 240)
    assert row.duty_manager_id == world.accounts["priya"]
    assert priya.post("/crises/policy", data=form(world, duty_manager_id="")).status_code == 303
    assert kept(db).duty_manager_id is None


@one_database
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minutes_2": "soon"}, "minutes_2"),
        ({"minutes_2": "-1"}, "minutes_2"),
        ({"minutes_2": "nan"}, "minutes_2"),
        ({"minutes_2": "241"}, "minutes_2"),
        ({"nudge_minutes": "0"}, "nudge_minutes"),
        ({"minutes_1": "3"}, "minutes_1"),
        ({"level_2": "worker"}, "level_2"),
        ({"level_2": "mayor"}, "level_2"),
        ({"level_1": "", "level_2": ""}, "level_1"),
        ({"last_resort_id": "corin"}, "last_resort_id"),
        ({"duty_manager_id": "tamsin"}, "duty_manager_id"),
    ],
)
def test_what_cannot_work_is_refused_beside_its_field_and_nothing_changes(
    browser_of: Browsers, db: Database, world: World, change: dict[str, str], field: str
) -> None:
    given = {name: str(world.accounts.get(value, value)) for name, value in change.items()}
    answer = browser_of("priya").post("/crises/policy", data=form(world, **given))

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert len(kept(db).levels) == 4


@one_database
@pytest.mark.parametrize("name", ["lee", "rowan", "sunniva", "corin"])
def test_only_a_supervisor_sets_it(browser_of: Browsers, world: World, name: str) -> None:
    one = browser_of(name)

    assert one.get("/crises/policy").status_code == 404
    assert one.post("/crises/policy", data=form(world)).status_code == 404


@pytest.mark.parametrize("seconds", [[0, 300, 299], [60], [0, 0, 0, -1]])
def test_times_must_rise_from_zero(seconds: list[int]) -> None:
    steps = [Step(position, after) for position, after in zip(POSITIONS, seconds, strict=False)]

    with pytest.raises(Refused):
        rules.check_levels(steps, POSITIONS)


def test_up_to_four_levels_at_their_times_are_taken() -> None:
    rules.check_levels([Step(one, n * 60) for n, one in enumerate(POSITIONS)], POSITIONS)
    rules.check_levels([Step("worker", 0), Step("backup", 0)], POSITIONS)


@pytest.mark.parametrize(
    "path", ["/crises/policy", "/crises/drills", "/calls", "/oncall", "/board", "/ready", "/alerts/ways"]
)
def test_who_relies_on_alerts_reads_which_channels_are_missing(path: str, browser_of: Browsers) -> None:
    assert "Text messages and calls are not set up." in text_of(browser_of("priya").get(path))


@one_database
@pytest.mark.parametrize(
    ("there", "alerts", "families"),
    [
        ({}, "Text messages and calls are not set up.", "Text messages and e-mail are not set up."),
        ({"smtp": "smtp://localhost:25"}, "Text messages and calls are not set up.", "Text messages are not set up."),
        ({"sms_from": "+15550199"}, "Calls are not set up.", "E-mail is not set up."),
        ({"voice_from": "+15550199"}, "Text messages are not set up.", "Text messages and e-mail are not set up."),
        ({"sms_from": "+15550199", "voice_from": "+15550199", "smtp": "smtp://localhost:25"}, "", ""),
    ],
)
def test_each_channel_that_is_not_set_up_is_named_and_no_other(
    tools: Tools, world: World, there: dict[str, str], alerts: str, families: str
) -> None:
    priya = Browser(create(tools=replace(tools, settings=replace(tools.settings, **there))), prove=proving(tools))  # type: ignore[arg-type]
    priya.sign_in("priya@example.org")

    for path, words in (("/alerts/channels", alerts), ("/board", alerts), ("/visits/texts", families)):
        said = text_of(priya.get(path))
        if words:
            assert words in said
        else:
            assert "not set up" not in said


def test_whom_a_schedule_names_for_when_nobody_answers_goes_before_whom_the_policy_names(
    db: Database, world: World
) -> None:
    with db.transaction() as session:
        policy = session.exec(select(EscalationPolicy)).one()
        named = policy.last_resort_id
        schedule = session.get_one(Schedule, policy.schedule_id)
        schedule.last_resort_id, schedule.duty_manager_id = None, None
        raise_in(session, world)
        schedule.last_resort_id, schedule.duty_manager_id = world.accounts["tamsin"], world.accounts["lee"]
        raise_in(session, world)
        first, second = session.exec(select(Crisis).order_by(col(Crisis.number))).all()

    assert first.policy["last_resort_id"] == str(named)
    assert (second.policy["last_resort_id"], second.policy["duty_manager_id"]) == (
        str(world.accounts["tamsin"]),
        str(world.accounts["lee"]),
    )


def raise_in(session: Session, world: World) -> None:
    body = CrisisBody(id=new_id(), reason=Reason.THREAT)
    raising.raise_crisis(session, world.actor(session, "tamsin"), body, now=datetime.now(UTC))
