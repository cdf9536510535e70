"""Emergency access: it opens for whoever works, for an hour; somebody hears of it at once and looks at it within a day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from porchlight.alerts.models import Alert, Notice
from porchlight.audit.models import AuditEvent
from porchlight.cases.emergency import queries, rules, service
from porchlight.cases.emergency.models import EmergencyAccess
from porchlight.cases.emergency.service import OpenBody, ReviewBody
from porchlight.cases.emergency.values import Finding, State
from porchlight.cases.models import Case
from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.people import access
from porchlight.people.access import Capability, Field, Role
from porchlight.people.models import AccountRole, SignIn
from porchlight.people.rules import NotFresh
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.phones import Phone, phone, push, sending
from tests.pushing import Service
from tests.working import work
from tests.world import World

__all__ = ["phone", "push", "sending"]
Browsers = Callable[..., Browser]
REASON = "The school rings: bruises, and nobody answers"


def somebody(session: Session, world: World, name: str, clock: Clock) -> Actor:
    """This person, who has just signed in."""
    who = world.actor(session, name)
    live = SignIn(
        token_hash=str(new_id()), account_id=who.account_id, started_at=clock.moment, last_seen_at=clock.moment
    )
    session.add(live)
    session.flush()
    return replace(who, session_id=live.id)


def opened(db: Database, world: World, clock: Clock, name: str = "tamsin", case: UUID | None = None) -> UUID:
    with db.transaction() as session:
        body = OpenBody(id=new_id(), case_id=case or world.case, reason=REASON)
        return service.open_case(session, somebody(session, world, name, clock), body, now=clock.moment).id


def sees(db: Database, world: World, clock: Clock, what: Capability, name: str = "tamsin") -> frozenset[Field]:
    with db.reading() as session:
        return access.fields(session, world.actor(session, name), world.case, what, now=clock.moment)


@pytest.mark.parametrize(
    ("minutes", "ended", "reviewed", "stands"),
    [
        (0, False, False, State.OPEN),
        (59, False, False, State.OPEN),
        (60, False, False, State.OVER),
        (5, True, False, State.OVER),
        (70, False, True, State.REVIEWED),
    ],
)
def test_an_hour_ends_by_itself(minutes: int, ended: bool, reviewed: bool, stands: State, clock: Clock) -> None:
    at, now = clock.moment, clock.moment + timedelta(minutes=minutes)

    found = rules.state(
        ends_at=at + rules.LASTS, ended_at=at if ended else None, reviewed_at=now if reviewed else None, now=now
    )

    assert found is stands


@pytest.mark.asvs("8.2.2", "8.3.2")
def test_it_opens_one_case_for_an_hour_and_nothing_after(db: Database, world: World, clock: Clock) -> None:
    before = sees(db, world, clock, Capability.FACE_SHEET)

    opened(db, world, clock)

    during = sees(db, world, clock, Capability.FACE_SHEET)
    closed = [sees(db, world, clock, one) for one in (Capability.REPORTER, Capability.MANDATED, Capability.LOG_VISIT)]
    clock.move(minutes=60)
    assert before == frozenset()
    assert during == {Field.GENERAL, Field.HEALTH, Field.EDUCATION, Field.ADDRESS}
    assert closed == [frozenset()] * 3
    assert sees(db, world, clock, Capability.FACE_SHEET) == frozenset()


@pytest.mark.parametrize("name", ["tamsin", "joss", "odell", "priya"])
def test_nobody_has_to_agree_first(name: str, db: Database, world: World, clock: Clock) -> None:
    opened(db, world, clock, name)

    assert Field.ADDRESS in sees(db, world, clock, Capability.FACE_SHEET, name)


@pytest.mark.asvs("8.2.1")
@pytest.mark.parametrize("name", ["sunniva", "corin"])
def test_it_never_opens_for_a_foster_parent_or_a_reviewer(name: str, db: Database, world: World, clock: Clock) -> None:
    with pytest.raises(NotFound):
        opened(db, world, clock, name, world.other_case)


def test_an_adoption_file_stays_sealed(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        session.get_one(Case, world.case).program = "adoption"

    with pytest.raises(NotFound):
        opened(db, world, clock)


@pytest.mark.asvs("7.5.3")
def test_it_needs_a_sign_in_of_the_last_five_minutes(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        tamsin = somebody(session, world, "tamsin", clock)
    clock.move(minutes=5, seconds=1)

    with pytest.raises(NotFresh), db.transaction() as session:
        body = OpenBody(id=new_id(), case_id=world.case, reason=REASON)
        service.open_case(session, tamsin, body, now=clock.moment)

    with db.reading() as session:
        assert session.exec(select(EmergencyAccess)).all() == []


@pytest.mark.asvs("2.3.3", "16.3.1")
def test_the_supervisor_is_called_in_the_same_transaction_and_the_audit_says_so(
    sending: Tools, world: World, clock: Clock, phone: Phone, push: Service
) -> None:
    phone("priya")

    opened(sending.db, world, clock)
    work(sending)  # at the same moment: nothing waits

    assert len(push.paths()) == 1
    with sending.db.reading() as session:
        notice = session.exec(select(Notice)).one()
        event = session.exec(select(AuditEvent).where(AuditEvent.act == "emergency.opened")).one()
        called = session.exec(select(Alert.account_id)).all()
    assert set(called) == {world.accounts["priya"]}
    assert set(map(str, world.children)) <= set(event.people)
    assert not [name for name in ("Tamsin", "Quintrell", REASON) if name in notice.words + str(notice.params)]


@pytest.mark.asvs("2.3.5")
def test_from_the_fourth_in_a_day_on_the_director_is_called_too(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        session.add(AccountRole(account_id=world.accounts["mara"], role=Role.DIRECTOR))
    told = []
    for _time in range(4):
        opened(db, world, clock)
        with db.reading() as session:
            told.append(len(session.exec(select(Notice).where(Notice.account_id == world.accounts["mara"])).all()))
        clock.move(hours=2)

    assert told == [0, 0, 0, 1]
    clock.move(hours=24)
    with db.reading() as session:
        assert queries.opened_since(session, world.accounts["tamsin"], clock.moment - rules.DAY) == 0


def test_a_form_that_is_sent_twice_opens_once(db: Database, world: World, clock: Clock) -> None:
    body = OpenBody(id=new_id(), case_id=world.case, reason=REASON)
    for _time in range(2):
        with db.transaction() as session:
            service.open_case(session, somebody(session, world, "tamsin", clock), body, now=clock.moment)
    opened(db, world, clock)

    with db.reading() as session:
        assert len(session.exec(select(EmergencyAccess)).all()) == 1
        assert len(session.exec(select(Notice)).all()) == 1


def test_its_person_ends_it_and_nobody_else(db: Database, world: World, clock: Clock) -> None:
    one = opened(db, world, clock)
    with pytest.raises(NotFound), db.transaction() as session:
        service.end(session, world.actor(session, "joss"), one, now=clock.moment)
    assert sees(db, world, clock, Capability.FACE_SHEET)

    for _time in range(2):
        with db.transaction() as session:
            service.end(session, world.actor(session, "tamsin"), one, now=clock.moment)

    assert not sees(db, world, clock, Capability.FACE_SHEET)
    with db.reading() as session:
        assert [one.act for one in session.exec(select(AuditEvent)) if one.act == "emergency.ended"] == [
            "emergency.ended"
        ]


def look(db: Database, world: World, clock: Clock, one: UUID, name: str, finding: Finding = Finding.RIGHT) -> None:
    with db.transaction() as session:
        service.review(session, world.actor(session, name), one, ReviewBody(finding=finding), now=clock.moment)


@pytest.mark.asvs("2.3.5")
def test_somebody_else_reviews_it_once_it_is_over(db: Database, world: World, clock: Clock) -> None:
    one = opened(db, world, clock)
    with pytest.raises(Refused, match="still open"):
        look(db, world, clock, one, "priya")
    clock.move(minutes=61)
    for name in ("tamsin", "joss", "corin"):
        with pytest.raises(NotFound):
            look(db, world, clock, one, name)

    for _time in range(2):
        look(db, world, clock, one, "priya")

    with pytest.raises(Conflict):
        look(db, world, clock, one, "mara", Finding.WRONG)
    with db.reading() as session:
        assert session.get_one(EmergencyAccess, one).reviewed_by == world.accounts["priya"]


def test_a_supervisors_own_is_reviewed_by_who_is_above(db: Database, world: World, clock: Clock) -> None:
    one = opened(db, world, clock, "priya")
    clock.move(minutes=61)
    with pytest.raises(NotFound):
        look(db, world, clock, one, "priya")

    look(db, world, clock, one, "mara")

    with db.reading() as session:
        assert session.get_one(EmergencyAccess, one).reviewer_id == world.accounts["mara"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_review_that_is_late_stands_on_the_board(
    db: Database, world: World, clock: Clock, browser_of: Browsers
) -> None:
    opened(db, world, clock)
    clock.move(hours=23)
    before = text_of(browser_of("priya").get("/board"))

    clock.move(hours=1, minutes=1)

    assert "Emergency access not reviewed" not in before
    assert "Emergency access not reviewed" in text_of(browser_of("priya").get("/board"))


@pytest.mark.asvs("14.2.5", "8.2.3")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_whoever_is_woken_finds_a_family_by_name_and_every_page_of_it_says_until_when(
    db: Database, world: World, clock: Clock, browser_of: Browsers
) -> None:
    joss = browser_of("joss")
    found = joss.post("/emergency/find", data={"name": "Quintrell"})
    assert "Gideon Quintrell" in text_of(found)
    said = {"id": str(new_id()), "case_id": str(world.case), "name": "Quintrell"}
    asked = joss.post("/emergency", data={**said, "reason": ""})
    assert asked.status_code == 422

    went = joss.post("/emergency", data={**said, "reason": REASON})

    assert went.headers["location"] == f"/cases/{world.case}"
    pages = (f"/cases/{world.case}", f"/people/{world.children[0]}", f"/cases/{world.case}/visits")
    assert ["Emergency access until 1:00 pm" in text_of(joss.get(one)) for one in pages] == [True] * 3
    assert "Quintrell" not in text_of(joss.get("/families"))
    packed = joss.post("/offline/pack", json={"have": {}}).text
    assert f"/cases/{world.case}" not in packed
    assert "Emergency access until" not in text_of(browser_of("rowan").get(f"/cases/{world.case}"))
    with db.reading() as session:
        row = session.exec(select(EmergencyAccess).where(col(EmergencyAccess.ended_at).is_(None))).one()
    joss.post(f"/emergency/{row.id}/end")
    assert [joss.get(one).status_code for one in pages] == [404] * 3


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_old_sign_in_leads_to_a_new_one_and_back_before_anything_is_typed(
    world: World, clock: Clock, browser_of: Browsers
) -> None:
    joss = browser_of("joss")
    clock.move(minutes=6)
    words = joss.get("/emergency").text
    assert 'href="/sign-in?next=/emergency"' in words
    assert 'name="name"' not in words

    again = joss.post(
        "/sign-in", data={"email": "joss@example.org", "password": "lantern-by-the-door", "next": "/emergency"}
    )

    assert again.headers["location"] == "/emergency"
    assert 'name="name"' in joss.get("/emergency").text
