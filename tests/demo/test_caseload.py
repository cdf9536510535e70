"""The demo caseload: every count that the words promise, and every edge that a child is there to show."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from porchlight import demo
from porchlight.cases import queries as cases
from porchlight.cases.models import Case, Family, Person, Task
from porchlight.core.actor import Actor
from porchlight.core.clock import local, local_day
from porchlight.core.db import Database
from porchlight.core.i18n import translate
from porchlight.core.keys import Keys, sha256
from porchlight.crises import queries as crises
from porchlight.crises.models import Acknowledgement, Crisis
from porchlight.homes import queries as homes
from porchlight.homes.models import Placement, ResourceHome
from porchlight.oncall import queries as oncall
from porchlight.oncall.models import Schedule
from porchlight.people import queries as people
from porchlight.people.models import Account
from porchlight.plans import queries as plans
from porchlight.plans import rules as sections
from porchlight.records import views as records
from porchlight.relations import relate
from porchlight.standards import queries as standards
from porchlight.standards.rules import Due, MonthState, Standing
from porchlight.visits import asking, confirming
from porchlight.visits.models import Confirmation, ConfirmationLink, Contact, ContactChild, PlannedVisit
from porchlight.visits.rules import is_late, summary_text
from tests.databases import sqlite_url
from tests.world import MONDAY

ZONE = "America/Chicago"
TODAY = date(2026, 11, 23)
NEW_YEAR = datetime(2027, 1, 1, 14, 0, tzinfo=UTC)  # the first of a month, eight in the morning
AUTUMN_FOLD = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)  # the clocks went back in the night
LEAP_DAY = datetime(2028, 2, 29, 23, 0, tzinfo=UTC)
NIGHT = datetime(2026, 7, 3, 5, 30, tzinfo=UTC)  # half past midnight in Chicago


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """A database with the demo of a Monday noon, only to be read."""
    file = tmp_path_factory.mktemp("loaded") / "porchlight.sqlite3"
    file.write_bytes(migrated_sqlite.read_bytes())
    db = Database(sqlite_url(file))
    with db.transaction() as session:
        demo.load(session, now=MONDAY)
    db.close()
    return file


@pytest.fixture
def session(loaded: Path) -> Iterator[Session]:
    relate()
    db = Database(sqlite_url(loaded))
    with db.reading() as session:
        yield session
        session.info.clear()  # nothing is to be written here
    db.close()


def who(session: Session, key: str) -> Actor:
    row = people.credentials(session, f"{key}@example.org")
    actor = people.actor_of(session, row[0]) if row else None
    assert actor
    return actor


def named(session: Session, first: str) -> Person:
    """The child of the eight families, who has a face sheet; the light ones have none."""
    query = select(Person).where(Person.first_name == first, Person.likes != "")
    return session.exec(query).one()


def standing(session: Session, first: str, now: datetime = MONDAY) -> Standing:
    child = named(session, first)
    family = cases.case(session, child.case_id)
    assert family
    return standards.standings(session, [family], today=local_day(now, ZONE), zone=ZONE)[child.id]


@pytest.mark.duty("S2-1")
@pytest.mark.parametrize(("key", "persons"), [("rowan", 11), ("tamsin", 14), ("lindell", 31)])
def test_each_workers_caseload_is_what_is_said_of_it(key: str, persons: int, session: Session) -> None:
    actor = who(session, key)

    assert cases.counts(session, [actor.account_id], now=MONDAY)[actor.account_id].persons == persons
    found = cases.families(session, actor, now=MONDAY)
    assert sum(len(family.children) for family in found.families) == persons


@pytest.mark.duty("S3-15")
def test_the_reviewer_has_78_of_80_families(session: Session) -> None:
    children = select(Case.id).where(Case.program != "tcm", col(Case.closed_on).is_(None))

    assert len(session.exec(children).all()) == 80
    assert cases.families(session, who(session, "corin"), now=MONDAY).total == 78


def test_nine_on_the_staff_two_keepers_of_records_and_one_foster_parent_can_be_tried(session: Session) -> None:
    found = {line.email.split("@")[0] for line in people.demo_people(session)}

    staff = {"rowan", "tamsin", "lindell", "priya", "joss", "mara", "corin", "odell", "neve"}
    keepers = {"ellery", "brita"}
    assert found == staff | keepers | {"wenna"}
    assert not people.any_real_account(session)
    for key in found:
        assert people.supervisor_of(session, who(session, key).account_id) or key in {
            "mara",
            "corin",
            "wenna",
            *keepers,
        }


def test_eight_families_and_fifteen_children_stand_in_full(session: Session) -> None:
    children = session.exec(select(Person).where(Person.likes != "")).all()

    assert len(children) == 15
    assert len({child.case_id for child in children}) == 8
    for child in children:
        assert child.calm_down, child.first_name
        assert child.pronouns, child.first_name
        assert child.born_on, child.first_name


def test_every_number_and_address_is_invented(session: Session) -> None:
    found: list[str] = []
    for table in Person.metadata.sorted_tables:
        names = [c.name for c in table.columns if c.name in {"phone", "hotline", "email"}]
        for name in names:
            found += session.execute(sa.select(table.c[name])).scalars()
    for value in filter(None, found):
        assert value.endswith("@example.org") or ("+15550100" <= value <= "+15550199" and len(value) == 9), value


def test_no_two_persons_share_a_number(session: Session) -> None:
    numbers = Counter(
        [(row.phone, row.name) for row in session.exec(select(Account)) if row.phone]
        + [(row.phone, f"{row.first_name} {row.last_name}") for row in session.exec(select(Person)) if row.phone]
    )
    by_number = Counter(phone for phone, _name in numbers)

    assert [phone for phone, many in by_number.items() if many > 1] == []


def test_callum_is_overdue_and_his_family_is_to_be_visited_today(session: Session) -> None:
    callum = standing(session, "Callum")
    planned = session.exec(select(PlannedVisit).where(PlannedVisit.case_id == named(session, "Callum").case_id)).one()

    assert callum.due is Due.LATE
    assert callum.months[-1].state is MonthState.MISSED
    assert local_day(planned.starts_at, ZONE) == TODAY
    for sibling in ("Ansel", "Beatrix"):
        assert standing(session, sibling).months[-1].state is MonthState.HOME


@pytest.mark.duty("S2-3")
def test_each_child_shows_its_edge_this_month(session: Session) -> None:
    now = {first: standing(session, first).months[-1].state for first in ("Fenna", "Ignatius", "Gideon", "Hester")}

    assert now == {
        "Fenna": MonthState.ELSEWHERE,
        "Ignatius": MonthState.REMOTE,
        "Gideon": MonthState.HOME,
        "Hester": MonthState.HOME,
    }
    assert standing(session, "Kasimir").months[-2].state is MonthState.NONE
    assert named(session, "Kasimir").removed_on == date(2026, 11, 2)


def test_lark_was_seen_late_in_the_evening_of_the_31st(session: Session) -> None:
    lark = named(session, "Lark")
    query = select(Contact).join(ContactChild).where(ContactChild.person_id == lark.id)

    moments = [local(contact.started_at, ZONE).strftime("%Y-%m-%d %H:%M") for contact in session.exec(query)]
    assert "2026-10-31 23:30" in moments
    assert date(2026, 10, 31) == standing(session, "Lark").months[-2].on


def test_hesters_visit_was_written_down_late_and_says_why(session: Session) -> None:
    hester = named(session, "Hester")
    query = (
        select(Contact)
        .join(ContactChild)
        .where(ContactChild.person_id == hester.id)
        .order_by(col(Contact.started_at).desc())
    )
    last = session.exec(query).first()

    assert last
    assert is_late(last.ended_at, last.captured_at)
    assert last.late_reason


def test_the_quintrells_live_in_two_homes(session: Session) -> None:
    ids = [named(session, first).id for first in ("Gideon", "Hester", "Ignatius")]
    found = homes.placements_on(session, ids, TODAY)

    assert [found[one].code for one in ids] == ["H3", "H3", "H4"]


def test_mirren_is_missing_for_two_days_and_her_crisis_is_open_and_taken(session: Session) -> None:
    mirren = named(session, "Mirren")
    placed = homes.placement_on(session, mirren.id, TODAY)
    before = homes.placement_on(session, mirren.id, TODAY - timedelta(days=3))
    opened = [one for one in crises.open_all(session, now=MONDAY) if one.case_id == mirren.case_id]

    assert placed
    assert before
    assert (placed.kind, placed.from_on, before.code) == ("missing", date(2026, 11, 21), "H6")
    assert [(one.reason, bool(one.taken_by), one.next_due_at) for one in opened] == [("missing", True, None)]


def test_oona_turns_eighteen_in_the_middle_of_a_month(session: Session) -> None:
    born = named(session, "Oona").born_on

    assert born
    assert born.day == 15
    assert TODAY < born.replace(year=born.year + 18) <= TODAY + timedelta(days=31)


def test_the_tollivers_are_heard_in_twelve_days(session: Session) -> None:
    case = session.get(Case, named(session, "Delphine").case_id)

    assert case
    assert case.hearing_on == TODAY + timedelta(days=12)


def test_delphines_visit_is_confirmed_and_emerics_is_different(session: Session) -> None:
    def last_answer(first: str) -> tuple[str, UUID]:
        query = (
            select(Confirmation.answer, Confirmation.contact_id)
            .join(ContactChild, col(ContactChild.contact_id) == Confirmation.contact_id)
            .where(ContactChild.person_id == named(session, first).id)
            .order_by(col(Confirmation.answered_at).desc())
        )
        found = session.exec(query).first()
        assert found
        return found

    assert last_answer("Delphine")[0] == "confirmed"
    answer, contact = last_answer("Emeric")
    assert answer == "different"
    task = session.exec(select(Task).where(Task.source_id == contact)).one()
    assert (task.owner_id, task.kind) == (who(session, "priya").account_id, "something_is_different")
    assert translate(task.title, "es") != task.title


def test_every_answer_is_over_the_summary_of_its_visit(session: Session) -> None:
    for contact in session.exec(select(Contact).where(col(Contact.agreed).is_not(None)).limit(200)):
        text = summary_text(
            visit_id=contact.id,
            started_at=contact.started_at,
            ended_at=contact.ended_at,
            zone=contact.zone,
            place=contact.place,
            came=contact.came,
            agreed=contact.agreed,
            next_visit=contact.next_visit_on,
            note=contact.family_note,
        )
        assert contact.summary_sha256 == sha256(text.encode())
    rows = session.exec(select(Confirmation, Contact).join(Contact)).all()
    assert rows
    assert all(answer.summary_sha256 == contact.summary_sha256 for answer, contact in rows)
    assert all(contact.ended_at < answer.answered_at <= MONDAY for answer, contact in rows)


def whole_months() -> list[date]:
    return [date(2025 + (10 + n) // 12, (10 + n) % 12 + 1, 1) for n in range(12)]


def of_staff(session: Session) -> list[Contact]:
    staff = [who(session, key).account_id for key in ("rowan", "tamsin", "lindell")]
    return list(session.exec(select(Contact).where(col(Contact.author_id).in_(staff))))


@pytest.mark.parametrize("key", ["rowan", "tamsin", "lindell"])
def test_about_fifteen_contacts_a_month_for_each_worker(key: str, session: Session) -> None:
    mine = [
        contact
        for contact in of_staff(session)
        if contact.author_id == who(session, key).account_id and contact.kind != "family_time"
    ]
    by_month = Counter(local_day(contact.started_at, ZONE).replace(day=1) for contact in mine)

    counts = [by_month[month] for month in whole_months()]
    assert 13 <= sum(counts) / 12 <= 17, counts
    assert min(counts) >= 9, counts


def test_the_shares_of_the_year_are_what_is_said(session: Session) -> None:
    found = [contact for contact in of_staff(session) if contact.kind != "family_time"]
    visits = [contact for contact in found if contact.kind == "caseworker_visit"]
    minutes = [(contact.ended_at - contact.started_at).seconds / 60 for contact in found]

    assert 0.67 <= sum(contact.in_residence for contact in visits) / len(visits) <= 0.73
    late = [contact for contact in found if is_late(contact.ended_at, contact.captured_at)]
    assert 0.04 <= len(late) / len(found) <= 0.06
    assert all(contact.late_reason for contact in late)
    assert (min(minutes), max(minutes)) == (20, 75)


def test_each_month_has_its_attempts_and_its_family_time_with_two_no_shows(session: Session) -> None:
    contacts = session.exec(select(Contact)).all()
    months = [local_day(contact.started_at, ZONE).replace(day=1) for contact in contacts]
    kinds = Counter(zip(months, (contact.kind for contact in contacts), strict=True))
    empty = Counter(
        local_day(contact.started_at, ZONE).replace(day=1)
        for contact in contacts
        if contact.kind == "family_time" and not contact.persons_seen
    )

    for month in whole_months():
        assert kinds[month, "attempted"] in {2, 3}, month
        assert kinds[month, "family_time"] == 9, month
        assert empty[month] == 2, month


@pytest.mark.duty("S2-14")
def test_the_aides_rides_are_no_visits(session: Session) -> None:
    odell = who(session, "odell").account_id
    kinds = set(session.exec(select(Contact.kind).where(Contact.author_id == odell)))

    assert kinds == {"transport"}


def test_six_crises_of_a_year_went_as_is_said(session: Session) -> None:
    rows = session.exec(select(Crisis).order_by(col(Crisis.raised_at))).all()
    taken = {row.crisis_id: row.at for row in session.exec(select(Acknowledgement))}
    minutes = [(taken[row.id] - row.raised_at).seconds / 60 for row in rows if row.id in taken]
    joss = who(session, "joss").account_id

    assert len(rows) == 6
    assert [row.number for row in rows] == list(range(1001, 1007))
    assert all(MONDAY - timedelta(days=365) < row.raised_at < MONDAY for row in rows)
    assert sum(1 for wait in minutes if wait <= 4) == 4
    assert [row.level for row in rows].count(1) == 1
    assert joss in {row.account_id for row in session.exec(select(Acknowledgement))}
    assert len(rows) - len(taken) == 1  # settled on the telephone
    last = rows[-1]
    assert last.case_id == named(session, "Nicolas").case_id
    assert timedelta(hours=3) <= MONDAY - last.raised_at <= timedelta(hours=16)
    assert last.state == "resolved"


def test_somebody_is_on_call_in_every_position_for_a_month(session: Session) -> None:
    schedule = session.exec(select(Schedule)).one()
    rota = oncall.rota(session, schedule.id, MONDAY, MONDAY + timedelta(days=30))
    now = oncall.who(session, schedule.id, MONDAY)

    assert rota
    assert rota.gaps() == []
    assert len(rota.plan.overrides) == 1
    keys = {position: people.account(session, one) for position, one in now.items()}
    assert {position: line.name.split()[0] for position, line in keys.items() if line} == {
        "worker": "Tamsin",
        "backup": "Joss",
        "supervisor": "Priya",
        "director": "Mara",
    }


def test_the_homes_are_as_full_as_is_said(session: Session) -> None:
    codes = {home.id: home for home in session.exec(select(ResourceHome))}
    lived = Counter(
        codes[row.home_id].code for row in session.exec(select(Placement)) if row.home_id and row.to_on is None
    )

    assert len(codes) == 10
    assert lived == {"H1": 2, "H2": 1, "H3": 2, "H4": 1, "H5": 2, "H7": 2, "H8": 3}
    until = {home.code: home.licence_until for home in codes.values()}
    assert until["H6"] == TODAY + timedelta(days=21)
    assert until["H1"] == date(2027, 3, 31)


def test_children_who_may_need_one_have_a_safety_plan_that_holds(session: Session) -> None:
    for first in ("Nicolas", "Mirren", "Jolie", "Callum", "Emeric", "Hester", "Gideon", "Oona"):
        plan = plans.current(session, named(session, first).id)
        assert plan, first
        sections.check_sections(plan.sections)
    assert len(plans.versions(session, named(session, "Nicolas").id)) == 3


def test_only_callums_family_and_four_of_the_contractors_are_late(session: Session) -> None:
    found = cases.families(session, who(session, "corin"), now=MONDAY)
    standings = standards.standings(session, found.families, today=TODAY, zone=ZONE)
    late = [
        family.family
        for family in found.families
        if (first := standards.most_pressing(family, standings)) and first.due is Due.LATE
    ]

    assert "Vance-Moreau" in late
    assert len(late) == 5


def test_nothing_lies_in_the_future_but_what_is_planned(session: Session) -> None:
    for contact in session.exec(select(Contact)):
        assert contact.ended_at <= contact.captured_at <= contact.received_at <= MONDAY, contact.id


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Every row without its ids and its hashes, in an order of its own."""
    found = {}
    for table in Person.metadata.sorted_tables:
        kept = [c for c in table.columns if not c.primary_key and not isinstance(c.type, sa.Uuid)]
        kept = [c for c in kept if "sha256" not in c.name and "hash" not in c.name]
        kept = [c for c in kept if c.name not in {"detail", "policy", "members", "people", "shifts"}]
        if kept and table.name not in {"key_roots", "person_keys"}:
            rows = session.execute(sa.select(*kept)).mappings()
            found[table.name] = sorted((dict(row) for row in rows), key=repr)
    return found


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_same_moment_makes_the_same_rows(db: Database, session: Session) -> None:
    with db.transaction() as other:
        demo.load(other, now=MONDAY)

    with db.reading() as other:
        assert everything(other) == everything(session)


@pytest.mark.parametrize("now", [MONDAY, NEW_YEAR, AUTUMN_FOLD, LEAP_DAY, NIGHT], ids=str)
def test_it_is_true_on_any_day(now: datetime, db: Database) -> None:
    relate()
    with db.transaction() as session:
        demo.load(session, now=now)

    with db.reading() as session:
        assert standing(session, "Callum", now).due is Due.LATE
        for first in ("Gideon", "Hester", "Jolie", "Lark", "Nicolas", "Delphine", "Emeric", "Ansel", "Mirren"):
            left = standing(session, first, now).days_left
            assert left is not None, first
            assert left >= 0, first
        assert standing(session, "Ignatius", now).months[-1].state is not MonthState.HOME
        assert cases.families(session, who(session, "rowan"), now=now).total == 5
        born = named(session, "Oona").born_on
        today = local_day(now, ZONE)
        assert born
        assert born.replace(year=born.year + 18) > today
        emeric = named(session, "Emeric").case_id
        different = (
            select(Confirmation).join(Contact).where(Contact.case_id == emeric, Confirmation.answer == "different")
        )
        task = session.exec(select(Task).where(Task.kind == "something_is_different")).one()
        said = session.exec(different).one()
        assert (said.contact_id, said.answered_at) == (task.source_id, task.made_at)
        latest = session.execute(sa.select(sa.func.max(col(Contact.received_at)))).scalar_one()
        assert latest <= now
        tolliver = session.exec(select(Case).join(Family).where(Family.name == "Tolliver")).one()
        assert tolliver.hearing_on == today + timedelta(days=12)
        session.info.clear()


@pytest.mark.alone
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_loads_within_four_seconds(db: Database) -> None:
    started = time.process_time()
    with db.transaction() as session:
        demo.load(session, now=MONDAY)

    assert time.process_time() - started < 4


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_link_for_practice_on_a_visits_page_opens(db: Database) -> None:
    relate()
    keys = Keys("A" * 43)
    with db.transaction() as session:
        demo.load(session, now=MONDAY, keys=keys)

    with db.reading() as session:
        links = session.exec(select(ConfirmationLink)).all()
        assert links
        for link in links:
            assert asking.link(session, confirming.token_of(keys, link.id))[0].id == link.id


def test_of_four_closed_files_one_is_due_one_is_held_one_is_asked_for_and_one_is_kept(session: Session) -> None:
    keeper = who(session, "brita")

    shown = records.index(session, keeper, now=MONDAY).context

    names = {
        part: [getattr(one, "file", one).family for one in shown[part]] for part in ("due", "held", "asked", "later")
    }
    assert names["due"] == ["Hollenbeck"]
    assert names["held"] == ["Marchetti-Doyle"]
    assert names["asked"] == ["Ostrander"]
    assert names["later"] == ["Pell"]
