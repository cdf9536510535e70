"""Who may open which page, what stands on it, and what it leaves behind."""

from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from porchlight.alerts.models import Alert
from porchlight.audit.models import AuditEvent
from porchlight.cases.models import Assignment, Family, Person, Task
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.crises.models import Crisis
from porchlight.plans import service as plans
from porchlight.teams.models import TeamMember
from tests.browsing import Browser, text_of
from tests.history import visited
from tests.plans.test_rules import GOOD
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
ONES_OWN = ["rowan", "priya", "mara", "corin"]
NOT_THEIRS = ["tamsin", "joss", "lee", "odell", "sunniva"]
ON_SHIFT = ("lee", "joss")


@pytest.fixture
def family(world: World, db: Database) -> World:
    """The first family with everything that a page shows."""
    with db.transaction() as session:
        child = session.get(Person, world.children[0])
        assert child
        child.alerts = ["Leaves by the window"]
        child.allergies = "Peanuts"
        child.medicines = "Inhaler"
        child.school = "Lincoln School"
        session.add(child)
        session.add_all(
            [
                Person(
                    case_id=world.case,
                    role="relative",
                    first_name="Lionel",
                    last_name="Quintrell",
                    relation="uncle",
                    phone="+15550145",
                ),
                TeamMember(case_id=world.case, name="Vera Oduya", role="Adoption worker", phone="+15550168"),
                TeamMember(
                    case_id=world.case,
                    person_id=world.children[1],
                    name="Nurse Katz",
                    role="Nurse",
                    phone="+15550166",
                ),
            ]
        )
        visited(session, world, MONDAY - timedelta(days=20), observations="Tidy", private_note="A secret")
        plans.write_version(
            session,
            world.actor(session, "rowan"),
            world.children[0],
            sections=GOOD,
            valid_from=MONDAY.date(),
            after=0,
            now=MONDAY,
        )
    return world


def paths(case: UUID, child: UUID) -> list[str]:
    return [f"/cases/{case}", f"/people/{child}", f"/people/{child}/safety-plan"]


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("name", ONES_OWN)
def test_ones_own_family_opens(name: str, family: World, browser_of: Browsers) -> None:
    browser = browser_of(name)

    statuses = [browser.get(path).status_code for path in paths(family.case, family.children[0])]

    assert statuses == [200, 200, 200]


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("name", NOT_THEIRS)
def test_anothers_family_is_not_there(name: str, family: World, browser_of: Browsers) -> None:
    browser = browser_of(name)

    for path in [*paths(family.case, family.children[0]), f"/api/v1/cases/{family.case}"]:
        if path.endswith("/safety-plan") and name in ON_SHIFT:
            continue  # theirs to read until the hand-off (tests/crises/responding)
        missing = path.replace(str(family.case), str(new_id())).replace(str(family.children[0]), str(new_id()))
        answer, nothing = browser.get(path), browser.get(missing)
        assert answer.status_code == nothing.status_code == 404, path
        assert text_of(answer) == text_of(nothing), path


def test_a_parent_has_no_face_sheet(family: World, browser_of: Browsers, db: Database) -> None:
    with db.reading() as session:
        uncle = session.exec(select(Person.id).where(Person.role == "relative")).one()

    assert browser_of("rowan").get(f"/people/{uncle}").status_code == 404


@pytest.mark.asvs("8.3.2")
def test_who_is_taken_off_a_case_finds_nothing_at_the_next_tap(
    family: World, browser_of: Browsers, db: Database
) -> None:
    browser = browser_of("rowan")
    assert browser.get(f"/cases/{family.case}").status_code == 200
    with db.transaction() as session:
        for row in session.exec(select(Assignment).where(Assignment.account_id == family.accounts["rowan"])):
            row.to_at = MONDAY
            session.add(row)

    assert browser.get(f"/cases/{family.case}").status_code == 404
    assert "Quintrell" not in browser.get("/families").text


@pytest.mark.duty("S2-1")
def test_a_face_sheet_says_alerts_first_then_likes_then_home_team_and_plan(family: World, browser_of: Browsers) -> None:
    text = text_of(browser_of("rowan").get(f"/people/{family.children[0]}"))

    order = ["Leaves by the window", "Peanuts", "Trains and rain", "Safety plan", "Aldous home", "4 Lantern Row"]
    order += ["Vera Oduya", "The last six months"]
    found = [text.find(words) for words in order]
    assert -1 not in found
    assert found == sorted(found)
    assert "Nurse Katz" not in text  # she is a sister's
    assert "Last seen 20 days ago" in text
    assert "555-0168" in text


@pytest.mark.asvs("8.2.3")
@pytest.mark.duty("S3-2")
def test_a_reviewer_reads_without_health_address_phones_and_private_words(family: World, browser_of: Browsers) -> None:
    browser = browser_of("corin")

    pages = [browser.get(path).text for path in paths(family.case, family.children[0])]
    visit = browser.get(f"/cases/{family.case}/visits")

    everything = "".join(pages) + visit.text
    for closed in (
        "Peanuts",
        "Inhaler",
        "Melatonin",
        "Lantern Row",
        "Lark Rise",
        "Lincoln School",
        "Aldous",
        "A secret",
    ):
        assert closed not in everything, closed
    for number in ("0145", "0168", "0174", "0133"):
        assert number not in everything, number
    assert "Leaves by the window" in everything
    assert "Foster home since" in everything
    assert "Log a visit" not in everything


def test_the_api_gives_no_numbers_to_a_reviewer(family: World, browser_of: Browsers) -> None:
    def phones(name: str) -> set[str]:
        found = browser_of(name, Accept="application/json").get(f"/api/v1/cases/{family.case}").json()
        return {person["phone"] for person in found["persons"]}

    assert phones("corin") == {""}
    assert "+15550145" in phones("rowan")


@pytest.mark.duty("S2-10")
def test_who_was_called_to_a_crisis_sees_the_family_until_it_is_over(
    family: World, browser_of: Browsers, db: Database
) -> None:
    with db.transaction() as session:
        crisis = called(session, family, "joss")
    browser = browser_of("joss")

    sheet, page = browser.get(f"/people/{family.children[0]}"), browser.get(f"/cases/{family.case}")
    assert (sheet.status_code, page.status_code) == (200, 200)
    assert "4 Lantern Row" in sheet.text
    assert "Peanuts" in sheet.text
    assert browser.get(f"/people/{family.children[0]}/safety-plan").status_code == 200
    assert "Visits" not in text_of(page)
    with db.transaction() as session:
        row = session.get(Crisis, crisis)
        assert row
        row.state = "resolved"
        session.add(row)

    assert browser.get(f"/cases/{family.case}").status_code == 404


def called(session: Session, world: World, name: str) -> UUID:
    crisis = Crisis(
        id=new_id(),
        number=1001,
        case_id=world.case,
        reason="missing",
        raised_by=world.accounts["sunniva"],
        raised_at=MONDAY,
        body_sha256="b",
        policy={},
    )
    session.add(crisis)
    session.flush()
    session.add(Alert(account_id=world.accounts[name], severity="crisis", subject_id=crisis.id, made_at=MONDAY))
    return crisis.id


@pytest.mark.asvs("16.3.2")
def test_every_page_of_a_person_leaves_a_row_that_names_whom_it_showed(
    family: World, browser_of: Browsers, db: Database
) -> None:
    browser = browser_of("rowan")
    child = family.children[0]
    everyone = {str(one) for one in family.children}
    expected: list[tuple[str, str, set[str]]] = [
        (f"/people/{child}", "face_sheet.seen", {str(child)}),
        (f"/people/{child}/safety-plan", "plan.seen", {str(child)}),
        (f"/cases/{family.case}", "family.seen", everyone),
        ("/families", "families.listed", everyone),
        ("/today", "today.seen", everyone),
        ("/api/v1/cases", "families.listed", everyone),
    ]

    for path, act, people in expected:
        with db.reading() as session:
            before = len(rows(session, act))
        assert browser.get(path).status_code == 200
        with db.reading() as session:
            found = rows(session, act)
        assert len(found) == before + 1, path
        assert found[-1].account_id == family.accounts["rowan"]
        assert people <= set(found[-1].people), path


def rows(session: Session, act: str) -> list[AuditEvent]:
    return list(session.exec(select(AuditEvent).where(AuditEvent.act == act).order_by(AuditEvent.id)))  # type: ignore[arg-type]


def test_a_page_that_is_not_theirs_shows_nobody_to_the_audit(family: World, browser_of: Browsers, db: Database) -> None:
    browser = browser_of("tamsin")

    browser.get(f"/people/{family.children[0]}")

    with db.reading() as session:
        seen = [row for row in session.exec(select(AuditEvent)) if str(family.children[0]) in row.people]
    assert [row for row in seen if row.account_id == family.accounts["tamsin"]] == []


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}<b hx-get="/x">'


class Elements(HTMLParser):
    """The kinds of elements of a page: each tag with the names of its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.kinds: set[tuple[str, ...]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.add((tag, *sorted(name for name, _value in attrs)))


@pytest.mark.asvs("1.2.1")
@pytest.mark.asvs("1.3.7")
def test_hostile_words_stay_words(family: World, browser_of: Browsers, db: Database) -> None:
    browser = browser_of("rowan")
    here = ["/today", "/families", *paths(family.case, family.children[0])]
    plain = {path: Elements(browser.get(path).text).kinds for path in here}
    with db.transaction() as session:
        poison(session, family)

    for path in here:
        page = browser.get(path).text
        assert "&lt;img src=x onerror=alert(1)&gt;" in page, path
        assert "{{7*7}}" in page, path
        strange = Elements(page).kinds - plain[path]
        assert not [kind for kind in strange if kind[0] in {"img", "script", "b"} or "hx-get" in kind], strange


def poison(session: Session, world: World) -> None:
    """Fill every text that a person can write into what these pages show."""
    for row in [*session.exec(select(Person)), *session.exec(select(TeamMember)), *session.exec(select(Family))]:
        for name, value in row.model_dump().items():
            if name in {"role", "language", "id"}:
                continue
            if isinstance(value, str):
                setattr(row, name, HOSTILE)
            elif isinstance(value, list):
                setattr(row, name, [HOSTILE])
        session.add(row)
    session.add(
        Task(case_id=world.case, owner_id=world.accounts["rowan"], title=HOSTILE, due_on=MONDAY.date(), made_at=MONDAY)
    )
    lines: dict[str, Any] = {"sets_off": [HOSTILE], "helps": [HOSTILE], "steps": [{"what": HOSTILE, "who": HOSTILE}]}
    lines["people"] = [{"name": HOSTILE, "relation": HOSTILE, "phone": HOSTILE}]
    plans.write_version(
        session,
        world.actor(session, "rowan"),
        world.children[0],
        sections=lines,
        valid_from=MONDAY.date(),
        after=1,
        now=MONDAY,
    )


@pytest.mark.duty("S0-6")
def test_an_older_plan_stays_readable_and_says_that_it_is_old(
    family: World, browser_of: Browsers, db: Database
) -> None:
    with db.transaction() as session:
        plans.write_version(
            session,
            family.actor(session, "rowan"),
            family.children[0],
            sections={**GOOD, "helps": ["Cocoa"]},
            valid_from=MONDAY.date(),
            after=1,
            now=MONDAY,
        )
    here = f"/people/{family.children[0]}/safety-plan"
    browser = browser_of("rowan")

    newest, older = text_of(browser.get(here)), text_of(browser.get(f"{here}/1"))

    assert "Cocoa" in newest
    assert "Cocoa" not in older
    assert "This is an older plan" in older
    assert "This is an older plan" not in newest
    assert browser.get(f"{here}/3").status_code == 404


@pytest.mark.duty("S2-31")
def test_every_page_speaks_spanish_too(family: World, browser_of: Browsers) -> None:
    browser = browser_of("rowan", **{"Accept-Language": "es"})
    browser.client.cookies.set("locale", "es")

    for path in ["/today", "/families", *paths(family.case, family.children[0])]:
        answer = browser.get(path)
        assert answer.status_code == 200
        assert '<html lang="es"' in answer.text
