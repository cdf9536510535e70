"""Who has seen a file: every act has its words, the right people read them, and looking at it is seen, too."""

import ast
import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import SQLModel, select

from porchlight import tables
from porchlight.audit import sealing
from porchlight.audit import service as audit
from porchlight.audit.models import AuditEvent
from porchlight.core import sheets
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.desk.seen.acts import CHANGED, ELSEWHERE, ELSEWHERE_ACTS, SAW, SENTENCES
from porchlight.desk.seen.file import FILED, NOT_FILED
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.house.tree import ROOT
from tests.world import World

Browsers = Callable[..., Browser]


@pytest.fixture
def page(world: World) -> str:
    return f"/cases/{world.case}/seen"


@pytest.fixture
def did(db: Database, world: World, clock: Clock) -> Callable[..., None]:
    """Leaves a row: did("rowan", "face_sheet.seen")."""

    def do(name: str, act: str, subject: UUID | None = None, *, ago: timedelta = timedelta(), child: int = 0) -> None:
        with db.transaction() as session:
            actor = world.actor(session, name) if name else None
            named = [world.children[child]] if subject is None else []
            audit.record(session, actor, act, subject, now=clock.moment - ago, people=named)
        sealing.seal(db)

    return do


def constants(node: ast.expr) -> Iterator[str]:
    """Acts that an argument may be; of one that is put together, what it begins with and a star."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield f"{node.values[0].value}*"


def acts_of_the_code() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "backend").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            name = getattr(getattr(node, "func", None), "attr", "") if isinstance(node, ast.Call) else ""
            if name in {"saw", "record"} and isinstance(node, ast.Call) and len(node.args) >= 3:
                yield from ((act, name) for act in constants(node.args[2]))


def test_each_act_of_the_code_has_its_words_or_is_about_no_file() -> None:
    """Something new that is recorded gets a sentence in desk/seen/acts.py, or stands there among those about no file."""
    found = dict(acts_of_the_code())
    assert len(found) > 150

    without = [
        act
        for act in found
        if act not in SENTENCES
        and act not in ELSEWHERE_ACTS
        and act.partition(".")[0] not in ELSEWHERE
        and not (act.endswith("*") and any(one.startswith(act[:-1]) for one in [*SENTENCES, *ELSEWHERE_ACTS]))
    ]

    assert not without


def test_what_is_said_to_be_seen_is_seen_and_what_is_changed_is_changed() -> None:
    found = dict(acts_of_the_code())

    assert not [act for act in SAW if found.get(act) == "record" and act not in {"visit.door_shown"}]
    assert not [act for act in CHANGED if found.get(act) == "saw"]


def test_each_table_that_hangs_on_a_case_is_part_of_its_file_or_says_why_not() -> None:
    ours = {
        name
        for name, table in tables.METADATA.tables.items()
        if "case_id" in table.c and "id" in table.c and {one.name for one in table.primary_key} == {"id"}
    }

    forgotten = ours - set(FILED) - set(NOT_FILED) - {"assignments", "team_members", "planned_visits", "deposits"}
    assert not forgotten
    assert set(FILED) <= set(SQLModel.metadata.tables)


@pytest.mark.asvs("16.3.2")
def test_a_supervisor_reads_who_did_what_and_when(
    browser_of: Browsers, did: Callable[..., None], page: str, clock: Clock
) -> None:
    did("rowan", "face_sheet.seen", ago=timedelta(hours=2))
    did("rowan", "visit.logged", ago=timedelta(hours=1))
    did("", "visit.confirmed", ago=timedelta(minutes=5))

    said = text_of(browser_of("priya").get(page))

    assert said.index("The foster parent said a visit is right") < said.index("Logged a visit")
    assert said.index("Logged a visit Rowan Ibarra") < said.index("Opened a face sheet Rowan Ibarra")
    assert "Somebody outside, or Porchlight itself" in said


def test_what_was_done_to_things_of_the_file_that_name_nobody_stands_there_too(
    browser_of: Browsers, did: Callable[..., None], page: str, world: World
) -> None:
    did("rowan", "case.region_set", world.case)

    assert "Chose the on-call region" in text_of(browser_of("priya").get(page))


def test_another_familys_rows_are_not_there(
    browser_of: Browsers, db: Database, world: World, page: str, clock: Clock
) -> None:
    with db.transaction() as session:
        actor = world.actor(session, "tamsin")
        audit.record(session, actor, "face_sheet.seen", world.other_child, now=clock.moment, people=[world.other_child])
        audit.record(session, actor, "visit.logged", new_id(), now=clock.moment)
    sealing.seal(db)

    said = text_of(browser_of("priya").get(page))

    assert "Tamsin" not in said
    assert "Nobody has opened this file yet." in said


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("name", ["rowan", "tamsin", "joss", "lee", "corin", "odell", "sunniva"])
def test_only_who_answers_for_the_worker_reads_it(name: str, browser_of: Browsers, page: str) -> None:
    """Who looks after a file must not be told that somebody looks into it."""
    browser = browser_of(name)

    assert browser.get(page).status_code == 404
    assert browser.post(f"{page}/file").status_code == 404


def test_acts_around_a_report_of_abuse_are_never_listed(
    browser_of: Browsers, did: Callable[..., None], page: str
) -> None:
    for act in ("mandated.form", "mandated.seen", "mandated.listed"):
        did("rowan", act)

    assert "Rowan" not in text_of(browser_of("priya").get(page)).partition("Newest first")[2]


def test_one_person_or_one_day_can_be_chosen(
    browser_of: Browsers, did: Callable[..., None], page: str, world: World, clock: Clock
) -> None:
    did("rowan", "face_sheet.seen")
    did("corin", "families.reviewed", ago=timedelta(days=3))
    browser = browser_of("priya")

    def lines(query: str) -> str:
        return text_of(browser.get(f"{page}?{query}")).partition("Newest first")[2]

    assert "Corin Halvorsen" not in lines(f"who={world.accounts['rowan']}")
    assert "Opened a face sheet" in lines(f"who={world.accounts['rowan']}")
    day = (clock.moment - timedelta(days=3)).date()
    assert "as a reviewer" in lines(f"day={day}")
    assert "Rowan Ibarra" not in lines(f"day={day}")
    assert "Choose another person or day" in lines("day=2020-01-01")
    assert "Opened a face sheet" in lines("who=nobody&day=never")


def test_long_lists_have_pages(browser_of: Browsers, did: Callable[..., None], page: str) -> None:
    for place in range(53):
        did("rowan", "face_sheet.seen", ago=timedelta(minutes=place))
    browser = browser_of("priya")

    first = text_of(browser.get(page))
    second = text_of(browser.get(f"{page}?older=1"))

    assert first.count("Opened a face sheet") == 50
    assert second.count("Opened a face sheet") == 4  # the first look is a line by now, and has moved one here
    assert "Older ones" in first
    assert "Older ones" not in second


@pytest.mark.asvs("16.3.2")
def test_looking_at_it_is_seen_too(browser_of: Browsers, page: str, db: Database, world: World) -> None:
    browser = browser_of("priya")
    browser.get(page)
    sealing.seal(db)

    assert "Looked at who has seen this file Priya Castellane" in text_of(browser.get(page))


@pytest.mark.asvs("1.2.10")
def test_the_list_is_saved_as_a_file_without_a_name_of_theirs(
    browser_of: Browsers, did: Callable[..., None], page: str, db: Database
) -> None:
    did("rowan", "face_sheet.seen")
    answer = browser_of("priya").post(f"{page}/file")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="who-has-seen.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[0] == ["When (UTC)", "Who", "What"]
    assert rows[1][1:] == ["Rowan Ibarra", "Opened a face sheet"]
    with db.reading() as session:
        (row,) = session.exec(select(AuditEvent).where(AuditEvent.act == "trail.exported")).all()
    assert row.detail == {"rows": 1}


@pytest.mark.asvs("7.5.3")
def test_the_file_needs_a_fresh_sign_in(browser_of: Browsers, page: str, clock: Clock) -> None:
    browser = browser_of("priya")
    clock.moment += timedelta(minutes=6)

    answer = browser.post(f"{page}/file")

    assert answer.status_code == 403
    assert "sign in once more" in text_of(answer)


@pytest.mark.asvs("1.2.10")
@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    (row,) = csv.reader(io.StringIO(sheets.csv_of([[cell, "a,b", 'say "so"']]).lstrip("\ufeff"), newline=""))

    assert row == [f"'{cell}", "a,b", 'say "so"']


def test_the_face_sheet_leads_there_for_who_may_go(browser_of: Browsers, world: World, page: str) -> None:
    sheet = f"/people/{world.children[0]}"

    assert page in browser_of("priya").get(sheet).text
    assert page not in browser_of("rowan").get(sheet).text
