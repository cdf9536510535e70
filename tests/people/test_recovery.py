"""Somebody has lost the only way in: it takes a supervisor beside them and a second person, and every step is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from httpx import Response
from sqlmodel import Session, select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.jobs import Job
from porchlight.people import telling
from porchlight.people.models import Account, AccountRole, Invitation, Passkey, SignIn
from porchlight.people.recovery import rules
from porchlight.people.recovery.models import Recovery
from porchlight.people.recovery.rules import Stands
from porchlight.people.second.models import CodeSecret
from tests.authenticator import Authenticator
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.people.authenticator_app import set_up
from tests.people.first_day import JSON, code_on, entered
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
NEW = "three words on porches"


@pytest.fixture
def lost(browser_of: Browsers, world: World) -> str:
    """Where Rowan's supervisor begins."""
    return f"/recovery/of/{world.accounts['rowan']}"


def the_one(db: Database) -> Recovery:
    with db.reading() as session:
        return session.exec(select(Recovery)).one()


def told(session: Session) -> list[tuple[str, str]]:
    names = {str(one.id): one.name.split()[0] for one in session.exec(select(Account))}
    jobs = [job for job in session.exec(select(Job).order_by(Job.id)) if job.name == telling.TELL]  # type: ignore[arg-type]
    return [(names[job.payload["account_id"]], job.payload["what"]) for job in jobs]


def agreed(browser_of: Browsers, db: Database, lost: str) -> Response:
    """Priya begins, Mara agrees, Priya sees the code."""
    priya = browser_of("priya")
    assert priya.post(lost).headers.get("location") == "/recovery"
    one = the_one(db)
    assert browser_of("mara").post(f"/recovery/{one.id}/agree").headers.get("location") == "/recovery"
    return priya.post(f"/recovery/{one.id}/code")


@pytest.mark.asvs("6.4.3")
@pytest.mark.asvs("6.4.4")
@pytest.mark.asvs("6.5.6")
def test_two_people_give_a_code_with_which_all_old_ways_end(
    browser_of: Browsers, db: Database, world: World, clock: Clock, lost: str
) -> None:
    rowan = browser_of("rowan")
    made = rowan.post("/passkeys/options", json={}, headers=JSON).json()
    phone = Authenticator()
    rowan.post("/passkeys", json=phone.make(made), headers=JSON)

    browser = entered(browser_of, code_on(agreed(browser_of, db, lost)))
    assert rowan.get("/more").status_code == 200  # until the new way is chosen, nothing has ended
    set_up(browser, clock, browser.post("/join/password", data={"password": NEW}))

    assert browser.get("/today").status_code == 200
    assert rowan.get("/more").status_code == 303
    options = browser_of().post("/sign-in/passkey/options", json={}, headers=JSON).json()
    assert browser_of().post("/sign-in/passkey", json=phone.sign(options), headers=JSON).status_code == 422
    assert browser_of().type_password("rowan@example.org").status_code == 422
    with db.reading() as session:
        assert session.exec(select(Passkey)).all() == []
        kept = [row for row in session.exec(select(CodeSecret)) if row.account_id == world.accounts["rowan"]]
        assert [row.confirmed_at for row in kept] == [clock.moment]
        [event] = [row for row in session.exec(select(AuditEvent)) if row.act == "recovery.used"]
        both = {"started_by": str(world.accounts["priya"]), "agreed_by": str(world.accounts["mara"])}
        assert both.items() <= event.detail.items()
        heard = told(session)
    assert heard[1:] == [
        ("Rowan", "recovery_started"),
        ("Rowan", "recovery_confirmed"),
        ("Priya", "recovery_agreed"),
        ("Rowan", "recovered"),
        ("Priya", "helped"),
        ("Mara", "helped"),
        ("Rowan", "password_set"),
        ("Rowan", "codes_set_up"),
    ]


@pytest.mark.asvs("6.4.1")
def test_the_code_works_once_and_a_new_one_ends_the_last(
    browser_of: Browsers, db: Database, clock: Clock, lost: str
) -> None:
    first = code_on(agreed(browser_of, db, lost))
    second = code_on(browser_of("priya").post(f"/recovery/{the_one(db).id}/code"))

    assert browser_of().post("/join", data={"code": first}).status_code == 422
    browser = entered(browser_of, second)
    set_up(browser, clock, browser.post("/join/password", data={"password": NEW}))
    assert browser_of().post("/join", data={"code": second}).status_code == 422
    with db.reading() as session:
        assert first.replace("-", "") not in str(session.exec(select(Invitation)).all())


@pytest.mark.asvs("6.4.1")
@pytest.mark.parametrize(("hours", "works"), [(71, True), (72, False)])
@SQLITE
def test_the_code_lives_72_hours_from_when_two_had_agreed(
    browser_of: Browsers, db: Database, clock: Clock, lost: str, hours: int, works: bool
) -> None:
    code = code_on(agreed(browser_of, db, lost))

    clock.move(hours=hours)

    assert browser_of().post("/join", data={"code": code}).is_redirect is works
    late = browser_of("priya").post(f"/recovery/{the_one(db).id}/code")
    assert late.status_code == (200 if works else 422)


@pytest.mark.asvs("2.3.5")
@pytest.mark.parametrize("who", ["priya", "rowan", "joss", "sunniva", "corin"])
@SQLITE
def test_nobody_agrees_to_their_own_and_nobody_without_the_role(
    browser_of: Browsers, db: Database, lost: str, who: str
) -> None:
    priya = browser_of("priya")
    priya.post(lost)
    one = the_one(db)

    assert browser_of(who).post(f"/recovery/{one.id}/agree").status_code in {404, 422}
    assert priya.post(f"/recovery/{one.id}/code").status_code == 422
    assert the_one(db).confirmed_by is None


@pytest.mark.parametrize("who", ["rowan", "tamsin", "joss", "sunniva", "corin"])
@SQLITE
def test_only_their_supervisor_begins_it(browser_of: Browsers, db: Database, lost: str, who: str) -> None:
    browser = browser_of(who)

    assert (browser.get(lost).status_code, browser.post(lost).status_code) == (404, 404)
    with db.reading() as session:
        assert session.exec(select(Recovery)).all() == []


@SQLITE
def test_the_second_person_does_not_see_the_code(browser_of: Browsers, db: Database, lost: str) -> None:
    agreed(browser_of, db, lost)

    assert browser_of("mara").post(f"/recovery/{the_one(db).id}/code").status_code == 404


@pytest.mark.asvs("7.5.1")
@SQLITE
def test_each_step_wants_a_sign_in_of_the_last_five_minutes(
    browser_of: Browsers, db: Database, clock: Clock, lost: str
) -> None:
    priya, mara = browser_of("priya"), browser_of("mara")
    clock.move(minutes=5)
    assert priya.post(lost).status_code == 403
    assert "Sign in again" in text_of(priya.get(lost))
    browser_of("priya").post(lost)
    one = the_one(db)
    assert mara.post(f"/recovery/{one.id}/agree").status_code == 403
    browser_of("mara").post(f"/recovery/{one.id}/agree")
    assert priya.post(f"/recovery/{one.id}/code").status_code == 403


def test_the_person_themselves_can_stop_it_and_the_code_is_dead(browser_of: Browsers, db: Database, lost: str) -> None:
    rowan = browser_of("rowan")
    code = code_on(agreed(browser_of, db, lost))
    assert "Stop this" in rowan.get("/sessions").text

    assert rowan.post(f"/recovery/{the_one(db).id}/stop").headers["location"] == "/sessions"

    assert browser_of().post("/join", data={"code": code}).status_code == 422
    assert "Stop this" not in rowan.get("/sessions").text


@SQLITE
def test_a_code_that_was_typed_before_it_was_stopped_opens_nothing(
    browser_of: Browsers, db: Database, lost: str
) -> None:
    browser = entered(browser_of, code_on(agreed(browser_of, db, lost)))
    browser_of("mara").post(f"/recovery/{the_one(db).id}/stop")

    assert browser.post("/join/password", data={"password": NEW}).status_code == 403


@SQLITE
def test_begun_twice_it_is_one_and_after_a_day_without_a_second_person_it_is_over(
    browser_of: Browsers, db: Database, clock: Clock, lost: str
) -> None:
    for _twice in range(2):
        browser_of("priya").post(lost)
    one = the_one(db)

    clock.move(hours=24)

    assert browser_of("mara").post(f"/recovery/{one.id}/agree").status_code == 422
    browser_of("priya").post(lost)
    with db.reading() as session:
        assert len(session.exec(select(Recovery)).all()) == 2


@SQLITE
def test_who_looks_after_accounts_may_begin_or_agree_and_still_not_alone(
    browser_of: Browsers, db: Database, world: World, lost: str
) -> None:
    with db.transaction() as session:
        session.add(AccountRole(account_id=world.accounts["odell"], role="administrator"))
    odell = browser_of("odell")

    assert odell.post(lost).headers["location"] == "/recovery"
    one = the_one(db)

    assert odell.post(f"/recovery/{one.id}/agree").status_code == 422
    assert browser_of("priya").post(f"/recovery/{one.id}/agree").status_code == 303
    with db.reading() as session:
        assert len(session.exec(select(SignIn)).all()) == 2


T = timedelta


@pytest.mark.parametrize(
    ("confirmed", "used", "withdrawn", "later", "here"),
    [
        (None, None, None, T(hours=23), Stands.WAITING),
        (None, None, None, T(hours=24), Stands.EXPIRED),
        (T(hours=23), None, None, T(hours=94), Stands.AGREED),
        (T(hours=23), None, None, T(hours=95), Stands.EXPIRED),
        (T(hours=1), T(hours=2), None, T(days=9), Stands.USED),
        (T(hours=1), None, T(hours=2), T(hours=3), Stands.WITHDRAWN),
        (None, None, T(hours=2), T(days=3), Stands.WITHDRAWN),
    ],
)
def test_where_a_recovery_stands(
    confirmed: timedelta | None, used: timedelta | None, withdrawn: timedelta | None, later: timedelta, here: Stands
) -> None:
    def at(span: timedelta | None):  # type: ignore[no-untyped-def]
        return MONDAY + span if span else None

    found = rules.stands(
        started_at=MONDAY,
        confirmed_at=at(confirmed),
        used_at=at(used),
        withdrawn_at=at(withdrawn),
        now=MONDAY + later,
    )

    assert found is here
