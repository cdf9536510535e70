"""The pack in pieces: a slow line gets it bit by bit, a cut costs one piece, and fifteen families stay light."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from porchlight import demo
from porchlight.app import create, make_tools
from porchlight.cases.models import Assignment, Case
from porchlight.core.db import Database
from porchlight.demo import DEMO_PASSWORD
from porchlight.people.models import Account
from porchlight.phone import pack as packing
from porchlight.settings import Settings
from tests.browsing import Browser, proving
from tests.clocks import Clock
from tests.databases import sqlite_url
from tests.phone.test_held import unassign
from tests.world import MONDAY, World

FAMILIES = 15
JSON = {"Accept": "application/json"}
SMALL = 20_000  # bytes: a page or two of the small world


def ask(browser: Browser, have: dict[str, str] | None = None, after: str = "") -> dict[str, Any]:
    answer = browser.post("/offline/pack", json={"have": have or {}, "after": after}, headers=JSON)
    assert answer.status_code == 200, answer.text
    piece: dict[str, Any] = answer.json()
    return piece


def pieces(browser: Browser, have: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """A whole run, as the worker asks for it."""
    found = [ask(browser, have)]
    while found[-1]["next"]:
        assert len(found) < 100
        found.append(ask(browser, have, found[-1]["next"]))
    return found


def etags(*found: dict[str, Any]) -> dict[str, str]:
    return {page["url"]: page["etag"] for piece in found for page in piece["pages"]}


@pytest.fixture
def rowan(browser_of: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setattr(packing, "MOST_BYTES", SMALL)
    return browser_of("rowan")


def test_all_pieces_together_are_the_whole_pack_and_nothing_comes_twice(
    rowan: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = pieces(rowan)
    monkeypatch.setattr(packing, "MOST_BYTES", 10**9)
    whole = ask(rowan)

    assert len(found) > 3
    assert sum(len(piece["pages"]) for piece in found) == len(etags(*found)) == len(whole["pages"])
    assert etags(*found) == etags(whole)
    assert whole["next"] == found[-1]["next"] == ""
    assert [piece["done"] for piece in found] == sorted({piece["done"] for piece in found})
    assert found[-1]["done"] == found[-1]["total"] == whole["total"]


def test_a_run_that_was_cut_goes_on_with_what_is_lacking(rowan: Browser) -> None:
    whole = etags(*pieces(rowan))
    first = ask(rowan)
    second = ask(rowan, after=first["next"])
    kept = etags(first, second)

    rest = pieces(rowan, kept)

    assert 0 < len(kept) < len(whole)
    assert set(etags(*rest)) == set(whole) - set(kept)
    assert [url for piece in rest for url in piece["gone"]] == []


@pytest.mark.asvs("8.3.2")
def test_a_case_that_left_is_erased_at_the_first_word_however_little_follows(
    rowan: Browser, db: Database, world: World, clock: Clock
) -> None:
    whole = etags(*pieces(rowan))
    unassign(db, world, clock.moment)

    only = ask(rowan, whole)

    theirs = {url for url in whole if str(world.case) in url or any(str(child) in url for child in world.children)}
    assert len(theirs) >= 5
    assert theirs <= set(only["gone"])


def test_a_place_that_is_not_in_the_pack_any_more_begins_anew(rowan: Browser) -> None:
    first = ask(rowan)

    again = ask(rowan, after="/cases/of/nobody")

    assert etags(again) == etags(first)


def test_what_has_not_changed_costs_no_piece(rowan: Browser) -> None:
    whole = etags(*pieces(rowan))

    (only,) = pieces(rowan, whole)

    assert (only["pages"], only["gone"], only["next"]) == ([], [], "")


@pytest.fixture
def fifteen(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Browser]:
    """Rowan of the demo with fifteen families, signed in."""
    file = tmp_path / "porchlight.sqlite3"
    shutil.copy(migrated_sqlite, file)
    settings = Settings(data=tmp_path / "data", database=sqlite_url(file), worker=False)
    tools = make_tools(settings, clock=Clock())
    app = create(tools=tools)
    with tools.db.transaction() as session:
        demo.load(session, now=MONDAY)
        assign(session, "rowan@example.org", FAMILIES)
    browser = Browser(app, prove=proving(tools))
    browser.sign_in("rowan@example.org", DEMO_PASSWORD)
    yield browser
    browser.close()
    tools.db.close()


def assign(session: Session, email: str, families: int) -> None:
    """The demo's own families first, then as many of the others, those with most written about them before."""
    rowan = session.exec(select(Account).where(Account.email == email)).one().id
    held = set(session.exec(select(Assignment.case_id).where(Assignment.account_id == rowan)))
    for case in session.exec(select(Case).where(col(Case.closed_on).is_(None)).order_by(col(Case.id))):
        if len(held) < families and case.id not in held:
            held.add(case.id)
            session.add(Assignment(case_id=case.id, account_id=rowan, from_at=MONDAY - timedelta(days=200)))
    assert len(held) == families


def test_fifteen_families_weigh_at_most_3_megabytes_and_each_piece_a_few_seconds_of_a_slow_line(
    fifteen: Browser, record_property: Callable[[str, object], None]
) -> None:
    found, wire, after = [], [], ""
    while not found or after:
        asked = {"have": {}, "after": after}
        answer = fifteen.post("/offline/pack", json=asked, headers={**JSON, "Accept-Encoding": "gzip"})
        found.append(answer.json())
        wire.append(answer.num_bytes_downloaded)
        after = found[-1]["next"]

    families = [url for url in etags(*found) if url.startswith("/cases/") and url.count("/") == 2]
    weight = sum(len(page["body"].encode()) for piece in found for page in piece["pages"])
    record_property(
        "figure", f"{len(etags(*found))} pages, {weight:,} bytes, {sum(wire):,} on the wire in {len(wire)} pieces"
    )
    assert len(families) == FAMILIES
    assert weight < 3_000_000
    assert len(found) > 1
    assert max(wire) < 100_000  # 2 s at 400 kbit/s


def test_every_page_that_may_come_from_the_store_has_a_place_for_as_of(fifteen: Browser) -> None:
    """Today, a family, a child, a plan, a form, the card… except the outbox, whose list is of this moment."""
    bodies = {page["url"]: page["body"] for piece in pieces(fifteen) for page in piece["pages"]}

    without = [url for url, body in bodies.items() if body.count('data-as-of=""') != 1]

    assert len(bodies) > 60
    assert without == ["/phone"]
    assert "/ready" in bodies
