"""What an open crisis opens, for how long; the family of a caller; the plan afterwards; the plans of a shift."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from porchlight.alerts.models import Alert
from porchlight.audit.models import AuditEvent
from porchlight.cases.models import Case, Task
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.crises import raising
from porchlight.crises.models import Crisis
from porchlight.crises.raising import CrisisBody
from porchlight.crises.responding import pack, service, shifts
from porchlight.crises.values import Reason
from porchlight.oncall.models import Schedule
from porchlight.people import access
from porchlight.people.access import TABLE, Capability, Field, Relation, Role
from porchlight.phone.sources import SOURCES
from porchlight.plans import queries as plans
from porchlight.plans.models import SafetyPlan, SafetyPlanUse
from porchlight.plans.service import write_version
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.working import work
from tests.world import World

Browsers = Callable[..., Browser]
Phone = Callable[..., UUID]
DAY = timedelta(days=1)
SECTIONS: dict[str, Any] = {
    "helps": ["Sitting in the hall"],
    "steps": [{"what": "Ring Sunniva", "who": "Gideon"}],
    "medical": ["Asthma spray"],
    "respite": ["9 Harbor Lane"],
}


@pytest.fixture(autouse=True)
def plan(db: Database, world: World, clock: Clock) -> None:
    """Gideon has a safety plan; Hester and Ignatius have none."""
    with db.transaction() as session:
        rowan = world.actor(session, "rowan")
        day = clock.moment.date() - 12 * DAY
        write_version(session, rowan, world.children[0], sections=SECTIONS, valid_from=day, after=0, now=clock.moment)


@pytest.fixture
def begin(sending: Tools, world: World, clock: Clock, phone: Phone, browser_of: Browsers) -> Callable[..., str]:
    """Raises a crisis and lets Lee take it. The address of Lee's alert."""

    def start(case: UUID | None, by: str = "sunniva") -> str:
        phone("lee")
        body = CrisisBody(id=new_id(), case_id=case, reason=Reason.THREAT, words="He hits the walls")
        with sending.db.transaction() as session:
            raising.raise_crisis(session, world.actor(session, by), body, now=clock.moment)
        work(sending)
        with sending.db.reading() as session:
            alert = session.exec(select(Alert.id).where(Alert.subject_id == body.id)).one()
        browser_of("lee").post(f"/alerts/{alert}/acknowledge")
        return f"/alerts/{alert}"

    return start


def crisis_of(db: Database) -> Crisis:
    with db.reading() as session:
        return session.exec(select(Crisis)).one()


def opens(db: Database, world: World, clock: Clock, case: UUID, name: str = "lee") -> dict[str, frozenset[Field]]:
    with db.reading() as session:
        actor = world.actor(session, name)
        every = {one: access.fields(session, actor, case, one, now=clock.moment) for one in Capability}
    return {one.value: fields for one, fields in every.items() if fields}


G, H, A = Field.GENERAL, Field.HEALTH, Field.ADDRESS
ON_SHIFT = {"safety_plan": frozenset({G, H}), "phones": frozenset({G}), "raise_crisis": frozenset({G})}
RESPONDING = {**ON_SHIFT, "face_sheet": frozenset({G, H, A}), "missing": frozenset({G, A})}


@pytest.mark.asvs("8.2.3")
def test_an_open_crisis_opens_plan_team_phones_and_address_and_nothing_else_until_it_is_over(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    before = opens(db, world, clock, world.case)
    begin(world.case)

    during = opens(db, world, clock, world.case)
    browser_of("lee").post(f"/crises/{crisis_of(db).id}/resolve", data={"ending": "calm", "words": ""})

    assert (before, during) == (ON_SHIFT, RESPONDING)
    assert opens(db, world, clock, world.case) == ON_SHIFT
    assert "He hits the walls" in text_of(browser_of("lee").get(begin(world.case)))
    assert browser_of("lee").get(f"/cases/{world.case}/visits").status_code == 404


@pytest.mark.asvs("8.2.3")
@pytest.mark.parametrize("name", ["joss", "mara", "odell", "tamsin"])
def test_an_open_crisis_opens_nothing_to_whoever_was_not_called_for_it(
    name: str, begin: Callable[..., str], db: Database, world: World, clock: Clock
) -> None:
    before = opens(db, world, clock, world.case, name)

    begin(world.case)

    assert opens(db, world, clock, world.case, name) == before
    assert before != RESPONDING


def test_a_thumb_finds_the_log_and_the_end_before_the_plans_and_the_timeline(
    begin: Callable[..., str], browser_of: Browsers, world: World
) -> None:
    words = text_of(browser_of("lee").get(begin(world.case)))

    order = [
        "You have it",
        "What happened",
        "Call Sunniva",
        "Log what happens",
        "How did it end?",
        "Safety plan of",
        "Clocks",
    ]
    found = [words.index(one) for one in order]
    assert found == sorted(found)


@pytest.mark.parametrize("named", ["Gideon", "Hester", "Ignatius", "", ".x", f".{UUID(int=7)}"])
def test_a_child_whom_the_caller_named_comes_first(
    sending: Tools, world: World, phone: Phone, browser_of: Browsers, named: str
) -> None:
    phone("lee")
    rowan = browser_of("rowan")
    found = re.findall(r'<option value="([^"]+)"[^>]*>Quintrell: (\w+)', rowan.get("/help").text)
    values = {name: value for value, name in found}
    assert sorted(values) == ["Gideon", "Hester", "Ignatius"]
    value = values.get(named) or f"{world.case}{named}"
    said = {"id": str(new_id()), "case_id": value, "reason": "threat", "words": ""}
    assert rowan.post("/help", data=said).status_code == 303
    work(sending)
    lee = browser_of("lee")
    with sending.db.reading() as session:
        alert = session.exec(select(Alert.id).where(Alert.subject_id == UUID(said["id"]))).one()
    lee.post(f"/alerts/{alert}/acknowledge")

    words = text_of(lee.get(f"/alerts/{alert}"))

    plans = re.findall(r"Safety plan of (\w+)", words)
    assert sorted(set(plans)) == sorted(values)
    assert plans[0] == (named if named in values else found[0][1])
    assert words.count("The alert is about this child.") == (1 if named in values else 0)


def test_a_home_chooses_no_child_who_may_live_elsewhere(browser_of: Browsers) -> None:
    assert "Quintrell: " not in browser_of("sunniva").get("/help").text


def test_the_address_leaves_the_page_when_it_is_over(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World
) -> None:
    lee, path = browser_of("lee"), begin(world.case)
    during = text_of(lee.get(path))

    lee.post(f"/crises/{crisis_of(db).id}/resolve", data={"ending": "calm", "words": ""})

    assert "4 Lantern Row" in during
    after = text_of(lee.get(path))
    assert "4 Lantern Row" not in after
    assert "Gideon" not in after
    assert "It is over" in after


def test_a_callers_family_is_found_by_name_and_opens_for_its_responder(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    path = begin(None)
    lee, crisis = browser_of("lee"), crisis_of(db).id
    unknown = text_of(lee.get(path))

    short = text_of(lee.post(f"/crises/{crisis}/family", data={"name": "Gi"}))
    found = text_of(lee.post(f"/crises/{crisis}/family", data={"name": "gideon"}))
    went = [lee.post(f"/crises/{crisis}/link", data={"case_id": str(world.case)}).status_code for _ in range(2)]

    assert "We do not know which family this is" in unknown
    assert "Quintrell" not in short
    assert "Gideon Quintrell" in found
    assert went == [303, 303]
    assert "Sitting in the hall" in text_of(lee.get(path))
    assert opens(db, world, clock, world.case) == RESPONDING
    with db.reading() as session:
        acts = [one.act for one in session.exec(select(AuditEvent))]
    assert acts.count("crisis.linked") == 1
    assert "crisis.family_sought" in acts


def test_only_whoever_has_it_or_leads_finds_a_family_and_only_one_of_theirs(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    begin(None)
    crisis = crisis_of(db).id

    for name in ("joss", "rowan", "tamsin", "sunniva"):
        assert browser_of(name).post(f"/crises/{crisis}/family", data={"name": "Gideon"}).status_code == 404
        assert browser_of(name).post(f"/crises/{crisis}/link", data={"case_id": str(world.case)}).status_code == 404
    with db.transaction() as session:
        session.get_one(Case, world.case).region = "Birch"
        session.add(Schedule(organization_id=world.agency, name="Birch", region="Birch", time_zone="America/Chicago"))
    assert "Quintrell" not in text_of(browser_of("lee").post(f"/crises/{crisis}/family", data={"name": "Gideon"}))
    assert browser_of("lee").post(f"/crises/{crisis}/link", data={"case_id": str(world.case)}).status_code == 404


def test_a_family_once_found_is_not_changed_by_the_way(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World
) -> None:
    begin(None)
    lee, crisis = browser_of("lee"), crisis_of(db).id
    lee.post(f"/crises/{crisis}/link", data={"case_id": str(world.case)})

    assert lee.post(f"/crises/{crisis}/link", data={"case_id": str(world.other_case)}).status_code != 303
    assert crisis_of(db).case_id == world.case


@pytest.mark.duty("S4-45")
@pytest.mark.parametrize("used", ["yes", "part", "no"])
def test_whether_the_plan_was_used_is_kept_and_somebody_looks_at_it_again(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World, used: str
) -> None:
    begin(world.case)
    lee, crisis = browser_of("lee"), crisis_of(db).id

    for _time in range(2):
        lee.post(f"/crises/{crisis}/log", data={"step": f"plan_{used}", "words": ""})
    lee.post(f"/crises/{crisis}/resolve", data={"ending": "calm", "words": ""})

    with db.reading() as session:
        assert [one.used for one in session.exec(select(SafetyPlanUse))] == [used]
        tasks = {one.kind: one for one in session.exec(select(Task))}
    assert set(tasks) == {"plan_review", "crisis_follow_up"}
    assert {one.owner_id for one in tasks.values()} == {world.accounts["rowan"]}
    assert tasks["plan_review"].due_on == date(2026, 11, 28)  # five days in the world's state
    assert tasks["crisis_follow_up"].due_on == date(2026, 11, 26)
    shown = text_of(browser_of("rowan").get(f"/people/{world.children[0]}/safety-plan"))
    assert {"yes": "This plan was used", "part": "A part of this plan was used", "no": "This plan was not used"}[
        used
    ] in shown
    assert "Nov 28, 2026" in shown


def test_a_log_without_a_step_or_a_word_asks_for_one(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World
) -> None:
    begin(world.case)

    answer = browser_of("lee").post(f"/crises/{crisis_of(db).id}/log", data={"words": "  "})

    assert answer.status_code == 422
    assert "Choose what happened, or write it in your own words." in text_of(answer)


def test_a_clock_that_runs_never_says_that_somebody_has_it(
    sending: Tools, world: World, clock: Clock, browser_of: Browsers, db: Database
) -> None:
    body = CrisisBody(id=new_id(), case_id=world.case, reason=Reason.THREAT, words="")
    with sending.db.transaction() as session:
        raising.raise_crisis(session, world.actor(session, "sunniva"), body, now=clock.moment)
    work(sending)

    said = [text_of(browser_of("priya").get("/board")), text_of(browser_of("sunniva").get(f"/crises/{body.id}"))]

    assert ["Somebody has it" in one for one in said] == [False, False]
    assert ["Somebody must take it Due by" in one for one in said] == [True, True]


def test_an_alert_settled_by_telephone_does_not_say_that_somebody_was_there(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World
) -> None:
    lee, path = browser_of("lee"), begin(world.case)
    lee.post(f"/crises/{crisis_of(db).id}/resolve", data={"ending": "calm", "words": "By telephone"})

    assert "There in person Nobody logged this. The clock stopped" in text_of(lee.get(path))


def test_a_mistake_leaves_nothing_to_do(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World
) -> None:
    begin(world.case)
    lee, crisis = browser_of("lee"), crisis_of(db).id

    lee.post(f"/crises/{crisis}/resolve", data={"ending": "mistake", "words": ""})
    lee.post(f"/crises/{crisis}/resolve", data={"ending": "calm", "words": ""})

    with db.reading() as session:
        assert list(session.exec(select(Task))) == []
        assert list(session.exec(select(SafetyPlanUse))) == []


def test_a_new_version_is_the_review(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    begin(world.case)
    browser_of("lee").post(f"/crises/{crisis_of(db).id}/resolve", data={"ending": "calm", "words": ""})

    clock.moment += DAY
    with db.transaction() as session:
        rowan = world.actor(session, "rowan")
        day = clock.moment.date()
        write_version(session, rowan, world.children[0], sections=SECTIONS, valid_from=day, after=1, now=clock.moment)

    with db.reading() as session:
        done = {one.kind: one.done_at for one in session.exec(select(Task))}
        held = plans.current(session, world.children[0])
    assert done["plan_review"] == clock.moment
    assert done["crisis_follow_up"] is None
    assert held
    assert held.review_due_on == day + 90 * DAY


def test_ticking_off_the_look_back_stops_its_clock(
    begin: Callable[..., str], browser_of: Browsers, sending: Tools, world: World, clock: Clock
) -> None:
    begin(world.case)
    browser_of("lee").post(f"/crises/{crisis_of(sending.db).id}/resolve", data={"ending": "calm", "words": ""})
    with sending.db.reading() as session:
        task = session.exec(select(Task.id).where(Task.kind == "crisis_follow_up")).one()

    browser_of("rowan").post(f"/tasks/{task}/done", data={"next": "/today"})
    clock.moment += 4 * DAY
    work(sending)

    with sending.db.reading() as session:
        assert {one.severity for one in session.exec(select(Alert))} == {"crisis"}


def packed(session: Session, world: World, name: str, clock: Clock) -> set[str]:
    actor = world.actor(session, name)
    return {url for source in SOURCES for url, _view in source(session, actor, clock.moment)}


def test_the_plans_of_a_shift_are_on_the_phone_and_leave_it_at_the_hand_off(
    db: Database, world: World, clock: Clock
) -> None:
    """Lee is on call this week, Rowan's week follows; the hand-off is on Friday at five."""
    theirs = f"/people/{world.children[0]}/safety-plan"

    with db.reading() as session:
        during, backup, nobody = (packed(session, world, name, clock) for name in ("lee", "joss", "tamsin"))
        clock.moment += 5 * DAY
        after = packed(session, world, "lee", clock)

    assert theirs in during
    assert theirs in backup
    assert "/oncall/plans" in during
    assert theirs not in nobody
    assert theirs not in after
    assert "/oncall/plans" not in after


def test_the_plan_of_a_shift_opens_without_address_and_closes_with_the_shift(
    browser_of: Browsers, world: World, clock: Clock
) -> None:
    lee, path = browser_of("lee"), f"/people/{world.children[0]}/safety-plan"

    page = text_of(lee.get(path))
    listed = text_of(lee.get("/oncall/plans"))
    clock.moment += 5 * DAY
    lee = browser_of("lee")

    assert "Sitting in the hall" in page
    assert "Asthma spray" in page
    assert "9 Harbor Lane" not in page
    assert "Gideon Quintrell" in listed
    assert "A child is not on this list?" in listed
    assert "Priya Castellane" in listed
    assert lee.get(path).status_code == 404
    off = lee.get("/oncall/plans")
    assert "They open when your shift begins: Dec 4, 2026, 5:00 pm" in text_of(off)
    assert "Gideon" not in off.text
    for stranger in ("tamsin", "sunniva", "corin"):
        assert browser_of(stranger).get("/oncall/plans").status_code == 404


def test_a_shift_holds_only_so_many_plans_and_says_how_many_more_there_are(
    db: Database, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack, "MOST_PLANS", 0)
    with db.reading() as session:
        view = pack.plans_view(session, world.actor(session, "lee"), now=clock.moment)

    assert (view.context["plans"], view.context["more"]) == ([], 1)


def test_another_region_and_a_closed_case_are_not_of_this_shift(db: Database, world: World, clock: Clock) -> None:
    def theirs() -> list[bool]:
        with db.reading() as session:
            return [
                shifts.on_shift(session, world.accounts["lee"], one, clock.moment)
                for one in (world.case, world.other_case)
            ]

    alone = theirs()
    with db.transaction() as session:
        session.add(Schedule(organization_id=world.agency, name="Birch", region="Birch", time_zone="America/Chicago"))
        session.get_one(Case, world.case).region = "Alder"
        session.get_one(Case, world.other_case).region = "Birch"
    parted = theirs()
    with db.transaction() as session:
        session.get_one(Case, world.case).closed_on = clock.moment.date()

    assert alone == [True, True]  # one region: every case is in it
    assert parted == [True, False]
    assert theirs() == [False, False]


def test_on_shift_is_never_a_way_into_a_list(db: Database, world: World, clock: Clock) -> None:
    with db.reading() as session:
        lee = world.actor(session, "lee")
        listed = [list(session.scalars(access.cases(lee, one, now=clock.moment))) for one in Capability]

    assert listed == [[] for _one in Capability]


def test_only_who_may_be_called_has_rights_by_a_shift() -> None:
    rows = {role: row for (role, relation), row in TABLE.items() if relation == Relation.ON_SHIFT}

    assert set(rows) == {Role.ON_CALL}
    assert {one.value: fields for one, fields in rows[Role.ON_CALL].items()} == ON_SHIFT


def test_an_alert_that_is_open_is_in_the_pack_and_leaves_it_when_it_is_over(
    begin: Callable[..., str], browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    path = begin(world.case)
    with db.reading() as session:
        during = packed(session, world, "lee", clock)
    browser_of("lee").post(f"/crises/{crisis_of(db).id}/resolve", data={"ending": "calm", "words": ""})

    assert path in during
    with db.reading() as session:
        assert path not in packed(session, world, "lee", clock)


def test_the_page_is_dark_at_night_only(
    begin: Callable[..., str], browser_of: Browsers, world: World, clock: Clock
) -> None:
    path = begin(world.case)  # at noon
    at_noon = browser_of("lee").get(path).text
    clock.moment += timedelta(hours=9)
    at_nine = browser_of("lee").get(path).text

    assert 'class="night' not in at_noon
    assert "night" in at_nine[at_nine.index("<body") : at_nine.index("<body") + 300]


def test_what_the_page_asks_for_again_is_only_for_whom_it_is(
    begin: Callable[..., str], browser_of: Browsers, world: World
) -> None:
    path = begin(world.case)

    for part in ("now", "called"):
        assert browser_of("lee").get(f"{path}/{part}").status_code == 200
        assert browser_of("joss").get(f"{path}/{part}").status_code == 404
    assert browser_of("lee").get(f"{path}/family").status_code in (400, 404)


def test_a_person_without_a_plan_has_nothing_to_look_at(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        for row in session.exec(select(SafetyPlan)):
            assert row.person_id == world.children[0]
        with pytest.raises(NotFound):
            service.link(session, world.actor(session, "lee"), new_id(), world.case, now=clock.moment)
