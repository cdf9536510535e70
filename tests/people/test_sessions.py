"""Where one is signed in: seen, ended, told of; and gone at once for whoever may not read any more."""

import time
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from porchlight.core.db import Database
from porchlight.core.jobs import Job
from porchlight.core.tools import Tools
from porchlight.people import telling
from porchlight.people.models import SignIn
from porchlight.people.phones import service as phones
from porchlight.people.sessions import service
from porchlight.people.sessions.models import KnownBrowser
from porchlight.people.sessions.service import Browser as Brought
from porchlight.people.values import How
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.people.authenticator_app import set_up
from tests.world import World

Browsers = Callable[..., Browser]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def told(session: Session) -> list[str]:
    return [job.payload["what"] for job in session.exec(select(Job)) if job.name == telling.TELL]


@pytest.mark.asvs("7.5.2")
def test_a_person_sees_each_sign_in_and_ends_one_or_all_others(browser_of: Browsers, clock: Clock) -> None:
    here, second, third = (browser_of("rowan") for _ in range(3))
    stranger = browser_of("tamsin")
    shown = here.get("/sessions").text
    ends = [part.split('"')[0] for part in shown.split('action="/sessions/')[1:] if "/end" in part.split('"')[0]]
    assert shown.count("With a password and a code") == 3
    assert len([one for one in ends if one.endswith("/end")]) == 2

    assert stranger.post(f"/sessions/{ends[0]}").status_code == 404
    assert here.post(f"/sessions/{ends[0]}").headers["location"] == "/sessions"
    assert sorted(one.get("/more").status_code for one in (here, second, third)) == [200, 200, 303]
    assert here.post("/sessions/end-others").headers["location"] == "/sessions"

    assert [one.get("/more").status_code for one in (here, second, third)] == [200, 303, 303]
    assert stranger.get("/more").status_code == 200
    clock.move(minutes=29)
    assert "With a password and a code" in here.get("/sessions").text


@SQLITE
def test_a_sign_in_that_ran_out_is_not_listed(browser_of: Browsers, clock: Clock) -> None:
    browser_of("rowan")
    clock.move(minutes=30)

    assert browser_of("rowan").get("/sessions").text.count("With a password and a code") == 1


@pytest.mark.asvs("7.2.4")
def test_signing_in_again_ends_the_session_that_this_browser_had(browser_of: Browsers, clock: Clock) -> None:
    browser = browser_of()
    set_up(browser, clock, browser.type_password("rowan@example.org"))
    before = browser.client.cookies["porchlight"]
    set_up(browser, clock, browser.type_password("tamsin@example.org"))

    other = browser_of()
    other.client.cookies.set("porchlight", before)

    assert other.get("/more").status_code == 303


@pytest.mark.asvs("6.3.5")
@pytest.mark.parametrize(
    ("names", "heard"),
    [
        (["rowan"], []),
        (["rowan", "rowan"], []),
        (["rowan", "tamsin", "rowan", "tamsin"], []),
    ],
)
@SQLITE
def test_a_browser_that_was_here_before_is_no_news(
    db: Database, world: World, clock: Clock, names: list[str], heard: list[str]
) -> None:
    known = ""
    with db.transaction() as session:
        for name in names:
            brought = Brought(known=known)
            known = service.begin(session, world.accounts[name], How.PASSKEY, brought, now=clock.moment).known
            session.flush()
        assert told(session) == heard


@pytest.mark.asvs("6.3.5")
def test_a_new_browser_is_told_of_and_a_made_up_cookie_is_not_believed(
    db: Database, world: World, clock: Clock
) -> None:
    rowan = world.accounts["rowan"]
    with db.transaction() as session:
        first = service.begin(session, rowan, How.PASSKEY, Brought(), now=clock.moment)
        forged = service.begin(session, rowan, How.PASSKEY, Brought(known="x" * 43), now=clock.moment)

        assert told(session) == ["new_browser"]
        assert forged.known not in {"x" * 43, first.known}
        assert first.known not in str(session.exec(select(KnownBrowser)).all())


@pytest.mark.asvs("6.3.5")
@pytest.mark.asvs("6.3.7")
@SQLITE
def test_what_is_told_stands_on_the_persons_list_at_once_and_once(
    db: Database, tools: Tools, browser_of: Browsers, world: World, clock: Clock
) -> None:
    from porchlight.alerts.notices import jobs

    with db.transaction() as session:
        telling.tell(session, world.accounts["rowan"], "new_browser", now=clock.moment)
    with db.reading() as session:
        [job] = [one for one in session.exec(select(Job)) if one.name == telling.NOTICE]
        assert (job.due_at - clock.moment).total_seconds() < 60

    for _again in range(2):
        jobs.tell(tools, job.payload)

    assert text_of(browser_of("rowan").get("/alerts/notices")).count("in a browser that is new to us") == 1


@pytest.mark.asvs("7.4.2")
def test_whose_access_ends_is_out_at_the_next_request(
    db: Database, browser_of: Browsers, world: World, clock: Clock
) -> None:
    browsers = [browser_of("rowan") for _ in range(3)]
    assert {one.get("/api/v1/oncall").status_code for one in browsers} == {200}

    started = time.monotonic()
    with db.transaction() as session:
        priya = world.actor(session, "priya")
        phones.end_access(session, priya, world.accounts["rowan"], "Works elsewhere now", now=clock.moment)
    answers = {
        one.get(path).status_code for one in browsers for path in ("/today", "/api/v1/oncall", "/alerts/notices")
    }

    assert answers <= {303, 401}
    assert time.monotonic() - started < 1
    with db.reading() as session:
        rows = [row for row in session.exec(select(SignIn)) if row.account_id == world.accounts["rowan"]]
        assert all(row.ended_at for row in rows)
