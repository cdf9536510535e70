"""The reviewer's list: all families, the most pressing first."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import select

from porchlight.cases.models import Assignment, Case
from porchlight.core.db import Database
from porchlight.oversight import rules, views
from tests.browsing import Browser, text_of
from tests.history import visited
from tests.world import MONDAY, World


@pytest.mark.duty("S3-15")
def test_due_comes_before_hearing_and_hearing_before_waiting() -> None:
    rows = [
        ("waits long", None, None, 90),
        ("hearing late", None, date(2027, 3, 1), 1),
        ("due later", 20, None, 1),
        ("hearing soon", None, date(2026, 12, 1), 1),
        ("waits short", None, None, 2),
        ("late", -4, None, 1),
        ("due later, hearing", 20, date(2027, 1, 1), 1),
    ]

    rows.sort(key=lambda row: rules.pressing(row[1], row[2], row[3], row[0]))

    assert [row[0] for row in rows] == [
        "late",
        "due later, hearing",
        "due later",
        "hearing soon",
        "hearing late",
        "waits long",
        "waits short",
    ]


@pytest.mark.parametrize(("due_in", "counts"), [(-3, True), (0, True), (7, True), (8, False), (None, False)])
def test_late_families_are_due_this_week_too(due_in: int | None, counts: bool) -> None:
    assert rules.due_this_week(due_in) is counts


def test_the_list_holds_the_reviewers_families_with_their_days(
    world: World, db: Database, browser_of: Callable[..., Browser]
) -> None:
    with db.transaction() as session:
        case = session.get(Case, world.case)
        assert case
        case.hearing_on = date(2026, 12, 5)
        case.note = "Closure proposed."
        session.add(case)
        visited(session, world, MONDAY - timedelta(days=29))

    with db.reading() as session:
        context = views.families(session, world.actor(session, "corin"), now=MONDAY).context
    text = text_of(browser_of("corin").get("/oversight"))

    assert [(row["name"], row["due_in"], row["waiting"]) for row in context["families"]] == [("Quintrell", 1, 200)]
    assert context["due_week"] == 1
    assert "1 of 1 due this week" in text
    assert "Saturday, Dec 5" in text
    assert "Closure proposed." in text


def test_a_hearing_that_is_over_no_longer_presses(world: World, db: Database) -> None:
    with db.transaction() as session:
        case = session.get(Case, world.case)
        assert case
        case.hearing_on = date(2026, 11, 22)
        session.add(case)

    with db.reading() as session:
        rows = views.families(session, world.actor(session, "corin"), now=MONDAY).context["families"]

    assert rows[0]["hearing_on"] is None


@pytest.mark.duty("S3-16")
@pytest.mark.parametrize("name", ["rowan", "priya", "joss", "sunniva"])
def test_only_reviewers_have_the_list(name: str, world: World, browser_of: Callable[..., Browser]) -> None:
    assert browser_of(name).get("/oversight").status_code == 404


def test_a_family_given_to_another_reviewer_is_off_the_list(world: World, db: Database) -> None:
    with db.transaction() as session:
        for row in session.exec(select(Assignment).where(Assignment.account_id == world.accounts["corin"])):
            row.to_at = MONDAY

    with db.reading() as session:
        assert views.families(session, world.actor(session, "corin"), now=MONDAY).context["families"] == []
