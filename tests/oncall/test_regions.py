"""Which region a family is in: said by those who work with it, of regions that have a rota, and kept when one is renamed."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import Session, select

from porchlight.audit.models import AuditEvent
from porchlight.cases.models import Case
from porchlight.core.db import Database
from porchlight.crises.intake import lines
from porchlight.crises.intake import queries as intake
from porchlight.crises.models import Crisis
from porchlight.oncall.eligibility.models import StaffRegion
from porchlight.oncall.models import Schedule
from porchlight.oncall.planning import setting
from porchlight.oncall.planning.drafts import ScheduleDraft
from porchlight.oncall.regions.queries import choice
from porchlight.relations import relate
from tests.browsing import Browser, text_of
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
KNOWN = {"Alder": "After hours", "Bay": "Bay nights"}


@pytest.fixture(autouse=True)
def bay(db: Database, world: World) -> UUID:
    with db.transaction() as session:
        made = Schedule(organization_id=world.agency, name="Bay nights", region="Bay", time_zone="America/Chicago")
        session.add(made)
        return made.id


def region(db: Database, world: World) -> str:
    with db.reading() as session:
        return session.get_one(Case, world.case).region


@pytest.mark.parametrize(
    ("held", "known", "shown"),
    [
        ("", {}, False),
        ("", {"Alder": ""}, False),  # the only one, and so everybody's
        ("Alder", {"Alder": ""}, False),
        ("Gone", {"Alder": ""}, True),
        ("Gone", {}, True),
        ("", KNOWN, True),
        ("Bay", KNOWN, True),
    ],
)
def test_a_family_page_speaks_of_its_region_where_there_is_a_choice(
    held: str, known: dict[str, str], shown: bool
) -> None:
    assert choice(held, known) is shown


@pytest.mark.parametrize("who", ["rowan", "priya"])
def test_who_works_with_a_family_says_its_region_and_the_crisis_goes_there(
    who: str, browser_of: Browsers, db: Database, world: World, bay: UUID
) -> None:
    browser = browser_of(who)
    path = f"/cases/{world.case}/region"
    before = browser.get(f"/cases/{world.case}")

    saved = [browser.post(path, data={"region": "Bay"}) for _again in range(2)]
    browser_of("rowan").post(
        "/help", data={"id": str(world.other_child), "case_id": str(world.case), "reason": "threat", "words": ""}
    )

    assert "No on-call region" in text_of(before)
    assert f'href="{path}"' in before.text
    assert [one.status_code for one in saved] == [303, 303]
    assert "On-call region: Bay" in text_of(browser.get(f"/cases/{world.case}"))
    with db.reading() as session:
        (set_,) = session.exec(select(AuditEvent).where(AuditEvent.act == "case.region_set"))
        assert (set_.subject_id, set_.detail) == (world.case, {"before": "", "region": "Bay"})
        (crisis,) = session.exec(select(Crisis))
        assert crisis.policy["schedule_id"] == str(bay)


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("who", ["tamsin", "joss", "lee", "corin", "odell", "sunniva"])
def test_nobody_else_says_it_or_sees_the_form(who: str, browser_of: Browsers, db: Database, world: World) -> None:
    browser, path = browser_of(who), f"/cases/{world.case}/region"

    assert [browser.get(path).status_code, browser.post(path, data={"region": "Bay"}).status_code] == [404, 404]
    assert path not in browser.get(f"/cases/{world.case}").text
    assert region(db, world) == ""


@pytest.mark.parametrize("typed", ["", "Nowhere", "bay"])
def test_only_a_region_with_a_rota_is_taken(typed: str, browser_of: Browsers, db: Database, world: World) -> None:
    answer = browser_of("rowan").post(f"/cases/{world.case}/region", data={"region": typed})

    assert answer.status_code == 422
    assert "Choose one from the list" in text_of(answer)
    assert region(db, world) == ""


def renamed(session: Session, world: World, schedule_id: UUID, to: str) -> None:
    draft = ScheduleDraft(
        name="Nights", region=to, time_zone="America/Chicago", positions=["worker", "backup"], last_resort_id=None
    )
    setting.set_up(session, world.actor(session, "priya"), draft, schedule_id=schedule_id, now=MONDAY)


def test_a_region_that_is_renamed_keeps_its_families(db: Database, world: World, bay: UUID) -> None:
    with db.transaction() as session:
        session.get_one(Case, world.case).region = "Bay"
        session.get_one(Case, world.other_case).region = "Alder"
        renamed(session, world, bay, "Bayside")

    with db.reading() as session:
        assert session.get_one(Case, world.other_case).region == "Alder"
    assert region(db, world) == "Bayside"


def test_a_region_that_is_renamed_keeps_its_people_its_number_and_whom_its_responders_ring(
    db: Database, world: World, bay: UUID
) -> None:
    relate()
    with db.transaction() as session:
        priya = world.actor(session, "priya")
        session.add_all([StaffRegion(account_id=world.accounts["joss"], region=one) for one in ("Bay", "Bayside")])
        lines.set_line(
            session, priya, lines.LineBody(region="Bay", phone="5555550142", answered_by="Odell"), now=MONDAY
        )
        lines.set_helpers(session, priya, lines.HelpersBody(region="Bay", police="5555550143"), now=MONDAY)
        lines.drill(session, priya, lines.DrillBody(region="Bay", answered=True, answered_by="Odell"), now=MONDAY)
        held = intake.newest(session, world.agency, "Bay")
        helpers, tried = intake.helpers(session, world.agency, "Bay"), intake.last_drill(session, world.agency, "Bay")
        renamed(session, world, bay, "Bayside")

    with db.reading() as session:
        now = intake.newest(session, world.agency, "Bayside")
        assert held
        assert now
        assert (now.phone, now.answered_by) == (held.phone, "Odell")
        assert intake.helpers(session, world.agency, "Bayside") == helpers != {}
        assert intake.last_drill(session, world.agency, "Bayside") == tried is not None
        joss = StaffRegion.account_id == world.accounts["joss"]
        assert list(session.exec(select(StaffRegion.region).where(joss))) == ["Bayside"]


def test_onto_a_region_that_is_there_nobody_is_put_by_the_way(db: Database, world: World, bay: UUID) -> None:
    with db.transaction() as session:
        session.add(Schedule(organization_id=world.agency, name="Cove", region="Cove", time_zone="America/Chicago"))
        session.get_one(Case, world.case).region = "Bay"
        session.flush()
        renamed(session, world, bay, "Cove")

    assert region(db, world) == "Bay"


def test_a_region_with_another_schedule_keeps_its_name(db: Database, world: World, bay: UUID) -> None:
    with db.transaction() as session:
        session.get_one(Case, world.case).region = "Bay"
        session.add(Schedule(organization_id=world.agency, name="Days", region="Bay", time_zone="America/Chicago"))
        session.flush()
        renamed(session, world, bay, "Cove")

    assert region(db, world) == "Bay"


def test_a_region_without_a_rota_any_more_is_named_on_its_form(
    browser_of: Browsers, db: Database, world: World
) -> None:
    with db.transaction() as session:
        session.get_one(Case, world.case).region = "Cove"

    page = text_of(browser_of("rowan").get(f"/cases/{world.case}/region"))

    assert "Cove has no schedule any more" in page
    assert "Bay nights" in page
