"""What is known of whoever takes shifts is written down by a supervisor, and decides at once who may have one."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.refused import Refused
from porchlight.oncall import queries
from porchlight.oncall.eligibility import queries as eligibility
from porchlight.oncall.eligibility import rules
from porchlight.oncall.eligibility.models import OnCallRule, StaffTraining
from porchlight.oncall.fairness import queries as fairness
from porchlight.people.models import Account
from tests.browsing import Browser, text_of
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)


def against(session: Session, world: World, name: str) -> set[str]:
    """The kinds of what speaks against a shift of theirs now."""
    schedule = queries.schedule(session, world.schedule)
    assert schedule
    account = world.accounts[name]
    found = eligibility.reasons(session, schedule, "worker", account, MONDAY, MONDAY + DAY, now=MONDAY)
    return {one.kind for one in found}


def page_of(world: World, name: str = "lee") -> str:
    return f"/oncall/people/{world.accounts[name]}"


@pytest.fixture
def cpr(db: Database) -> None:
    with db.transaction() as session:
        rule = {"jurisdiction": "Example", "kind": "training", "source": "x", "valid_from": date(2000, 1, 1)}
        session.add(OnCallRule(value="CPR", **rule))


@pytest.fixture
def priya(browser_of: Browsers) -> Browser:
    return browser_of("priya")


def test_a_training_counts_from_when_it_is_written_down_until_it_is_out_of_date(
    priya: Browser, db: Database, world: World, cpr: None
) -> None:
    def now_against() -> bool:
        with db.reading() as session:
            return "training" in against(session, world, "lee")

    def add(**typed: str) -> int:
        return priya.post(
            f"{page_of(world)}/trainings", data={"name": "cpr", "done_on": "2026-01-05", **typed}
        ).status_code

    asked = text_of(priya.get(page_of(world)))
    before = now_against()
    added = [add(), add()]
    counts = now_against()
    ended = add(valid_to="2026-11-24")  # the shift runs into that day
    over = now_against()

    assert "Shifts ask for: CPR" in asked
    assert (before, added, counts, ended, over) == (True, [303, 303], False, 303, True)
    with db.reading() as session:
        (row,) = session.exec(select(StaffTraining))
    assert (row.name, row.account_id, row.noted_by) == ("CPR", world.accounts["lee"], world.accounts["priya"])
    assert "Counts until" in text_of(priya.get(page_of(world)))

    struck = [priya.post(f"{page_of(world)}/trainings/{row.id}/strike").status_code for _again in range(2)]

    assert struck == [303, 303]
    assert now_against()
    with db.reading() as session:
        acts = [one.act for one in session.exec(select(AuditEvent).where(AuditEvent.subject_id == row.id))]
    assert acts == ["training.noted"] * 3 + ["training.struck"]


@pytest.mark.parametrize(
    ("done_on", "valid_to", "field"),
    [
        (TODAY, None, None),
        (TODAY + DAY, None, "done_on"),
        (TODAY, TODAY + DAY, None),
        (TODAY, TODAY, "valid_to"),
        (TODAY, TODAY - DAY, "valid_to"),
    ],
)
def test_a_training_lies_behind_and_ends_after_it_was_done(
    done_on: date, valid_to: date | None, field: str | None
) -> None:
    if field is None:
        rules.check_training(done_on, valid_to, TODAY)
        return
    with pytest.raises(Refused) as refused:
        rules.check_training(done_on, valid_to, TODAY)
    assert [one.field for one in refused.value.errors] == [field]


def test_since_when_and_where_somebody_works_decides_at_once(priya: Browser, db: Database, world: World) -> None:
    priya.post(page_of(world, "joss"), data={"employed_since": ""})
    with db.reading() as session:
        before = against(session, world, "joss")
    typed: dict[str, Any] = {"employed_since": "2020-02-01", "regions": ["Alder"]}

    saved = priya.post(page_of(world, "joss"), data=typed)

    assert saved.status_code == 303
    assert "tenure" in before
    with db.reading() as session:
        assert not against(session, world, "joss") & {"tenure", "region"}
    new = priya.post(page_of(world, "joss"), data={"employed_since": "2026-10-01"})
    assert new.status_code == 303
    with db.reading() as session:
        assert "tenure" in against(session, world, "joss")
        assert eligibility.regions_of(session, world.accounts["joss"]) == []


def test_what_somebody_speaks_decides_at_once_and_their_other_languages_stay(
    priya: Browser, db: Database, world: World
) -> None:
    with db.transaction() as session:
        rule = {"jurisdiction": "Example", "kind": "language", "source": "x", "valid_from": date(2000, 1, 1)}
        session.add(OnCallRule(value="es", **rule))
        session.get_one(Account, world.accounts["joss"]).languages = ["so", "en"]
    with db.reading() as session:
        before = against(session, world, "joss")

    saved = priya.post(page_of(world, "joss"), data={"employed_since": "2020-02-01", "languages": ["es", "en"]})

    assert saved.status_code == 303
    assert "language" in before
    with db.reading() as session:
        assert "language" not in against(session, world, "joss")
        assert session.get_one(Account, world.accounts["joss"]).languages == ["en", "es", "so"]
    assert priya.get(page_of(world, "joss")).text.count("checked") == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"employed_since": "2026-11-24"},
        {"employed_since": "soon"},
        {"employed_since": "", "regions": "Nowhere"},
        {"employed_since": "", "languages": "tlh"},
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_changes_nothing(
    typed: dict[str, str], priya: Browser, db: Database, world: World
) -> None:
    before = _since(db, world.accounts["lee"])

    answer = priya.post(page_of(world), data=typed)

    assert answer.status_code == 422
    assert "There is a problem" in text_of(answer)
    assert _since(db, world.accounts["lee"]) == before


def _since(db: Database, account_id: UUID) -> date | None:
    with db.reading() as session:
        return session.get_one(Account, account_id).employed_since


def test_a_day_of_ones_own_is_a_holiday_until_it_is_taken_away(priya: Browser, db: Database) -> None:
    def holidays() -> set[date]:
        with db.reading() as session:
            return fairness.holidays(session, MONDAY, MONDAY)

    typed = {"day": "2026-12-24", "name": "Christmas Eve", "source": "County board"}
    before = holidays()

    added = [priya.post("/oncall/holidays", data=typed).status_code for _again in range(2)]
    page, counted = text_of(priya.get("/oncall/holidays")), holidays()
    dropped = [priya.post("/oncall/holidays/drop", data={"day": "2026-12-24"}).status_code for _again in range(2)]

    assert (added, dropped) == ([303, 303], [303, 303])
    assert "Christmas Eve" in page
    assert counted - before == {date(2026, 12, 24)}
    assert holidays() == before


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("who", ["rowan", "joss", "corin", "sunniva"])
def test_only_a_supervisor_writes_any_of_it_down(who: str, browser_of: Browsers, world: World, db: Database) -> None:
    browser, one = browser_of(who), page_of(world)
    training = {"name": "CPR", "done_on": "2026-01-05"}

    got = {browser.get(path).status_code for path in ("/oncall/people", one, "/oncall/holidays")}
    sent = {
        browser.post(one, data={"employed_since": "2020-01-01"}).status_code,
        browser.post(f"{one}/trainings", data=training).status_code,
        browser.post(f"{one}/trainings/{world.agency}/strike").status_code,
        browser.post("/oncall/holidays", data={"day": "2026-12-24", "name": "x"}).status_code,
        browser.post("/oncall/holidays/drop", data={"day": "2026-12-24"}).status_code,
    }

    assert (got, sent) == ({404}, {404})


def test_of_somebody_elsewhere_nothing_is_shown(priya: Browser, db: Database, world: World) -> None:
    assert priya.get(f"/oncall/people/{world.home}").status_code == 404
    assert priya.get(page_of(world, "corin")).status_code == 404  # of another organization
    listed = text_of(priya.get("/oncall/people"))
    assert "Lee Marchetti" in listed
    assert "Corin" not in listed


def test_a_mistake_in_a_training_does_not_empty_what_else_is_known(priya: Browser, world: World) -> None:
    priya.post(page_of(world), data={"employed_since": "2020-02-03", "regions": "Alder"})

    page = priya.post(page_of(world) + "/trainings", data={"name": "", "done_on": ""})

    assert page.status_code == 422
    assert 'value="2020-02-03"' in page.text
    assert re.search(r'value="Alder"[^>]* checked', page.text)
