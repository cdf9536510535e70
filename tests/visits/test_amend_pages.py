"""The form of a change, the history on the visit's page, and what the family's page says, over HTTP."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.visits import confirming
from porchlight.visits.models import Amendment, Contact
from tests.browsing import Browser, text_of
from tests.visits.making import PRIVATE, body, draft, log
from tests.visits.test_amending import amend, change, colleague  # noqa: F401  a fixture
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]


@pytest.fixture
def visit(db: Database, world: World) -> UUID:
    with db.transaction() as session:
        return log(session, world, draft(world)).id


def typed_in(page: str, **changes: Any) -> dict[str, Any]:
    """What a browser without a script posts: every field of the form as the page has filled it in."""
    form = page[page.index("<form", page.index('data-js="visits/amend"')) :]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in said and (said.get("type") not in {"radio", "checkbox"} or re.search(r"\schecked", tag)):
            found.setdefault(said["name"], []).append(said.get("value", ""))
    for name, words in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = [words.replace("&#39;", "'")]
    return {**found, **changes}


def contact(db: Database, visit: UUID) -> Contact:
    with db.reading() as session:
        return session.get_one(Contact, visit)


def test_without_a_script_only_what_was_changed_is_kept_with_its_reason(
    db: Database, world: World, visit: UUID, browser_of: Browsers
) -> None:
    rowan = browser_of("rowan")
    page = rowan.get(f"/visits/{visit}/amend").text
    assert "The kitchen was warm and tidy." in page
    assert PRIVATE[1] in page

    nothing = rowan.post(f"/visits/{visit}/amend", data=typed_in(page, reason="Why not"))
    silent = rowan.post(f"/visits/{visit}/amend", data=typed_in(page, note="Thank you all."))
    done = rowan.post(
        f"/visits/{visit}/amend",
        data=typed_in(page, note="Thank you all.", ended_at="2026-11-23T11:55", reason="The clock was slow."),
    )

    assert (nothing.status_code, silent.status_code) == (422, 422)
    assert "Nothing was changed" in text_of(nothing)
    assert 'href="#reason"' in silent.text
    assert "Thank you all." in silent.text
    assert (done.status_code, done.headers["location"]) == (303, f"/visits/{visit}")
    with db.reading() as session:
        row = session.exec(select(Amendment)).one()
    assert set(row.changes) == {"note", "when"}
    assert contact(db, visit).started_at == MONDAY - timedelta(minutes=70)
    assert contact(db, visit).ended_at == MONDAY - timedelta(minutes=5)
    shown = text_of(rowan.get(f"/visits/{visit}"))
    assert "Changed after it was saved" in shown
    for words in ("The clock was slow.", "Before", "After", "Thank you for the tea.", "Thank you all.", "Rowan Ibarra"):
        assert words in shown


def test_a_mistake_in_the_form_is_said_beside_its_field(visit: UUID, world: World, browser_of: Browsers) -> None:
    rowan = browser_of("rowan")
    page = rowan.get(f"/visits/{visit}/amend").text
    child = f"child-{world.children[0]}"

    answer = rowan.post(
        f"/visits/{visit}/amend",
        data=typed_in(
            page,
            **{"ended_at": "2026-11-23T09:00", "note": "For Gideon Quintrell", f"{child}-alone": "no", "reason": "x"},
        ),
    )

    assert answer.status_code == 422
    for field in ("ended_at", "note", f"{child}-alone_reason"):
        assert f'href="#{field}"' in answer.text


@pytest.mark.parametrize("name", ["tamsin", "priya", "corin", "sunniva"])
def test_nobody_else_is_shown_the_form_or_told_that_it_is_there(
    db: Database, visit: UUID, world: World, browser_of: Browsers, name: str
) -> None:
    other = browser_of(name)
    body = change(world, visit, note="Mine").model_dump(mode="json", exclude_unset=True)
    typed = {"part": "note", "keep": "", "words": "x", "amendment_id": str(new_id()), "base": ""}

    statuses = [
        other.get(f"/visits/{visit}/amend").status_code,
        other.get(f"/api/v1/visits/{visit}/form").status_code,
        other.post(f"/visits/{visit}/amend", data={"note": "Mine", "reason": "x"}).status_code,
        other.post(f"/visits/{visit}/decide", data=typed).status_code,
        other.post("/api/v1/amendments", json=body).status_code,
    ]

    assert statuses == [404] * 5
    assert f"/visits/{visit}/amend" not in other.get(f"/visits/{visit}").text
    with db.reading() as session:
        assert session.exec(select(Amendment)).all() == []


def test_two_texts_stand_side_by_side_and_one_is_kept(
    db: Database,
    visit: UUID,
    world: World,
    browser_of: Browsers,
    colleague: str,  # noqa: F811
) -> None:
    child = {"person_id": str(world.children[0])}
    amend(db, world, change(world, visit, note="One", children=[{**child, "private_note": "Hush one"}]))
    amend(db, world, change(world, visit, note="Two", children=[{**child, "private_note": "Hush two"}]), by=colleague)
    rowan, corin = browser_of("rowan"), browser_of("corin")

    page = rowan.get(f"/visits/{visit}")
    for words in ("One", "Two", "Hush one", "Hush two", "Two changes did not know of each other", "Keep this one"):
        assert words in page.text
    told = corin.get(f"/visits/{visit}")
    assert "Hush" not in told.text
    assert "This note is not shown to you." in told.text
    assert "Keep this one" not in told.text

    part = page.text[page.text.index('value="note"') :]
    said = dict(re.findall(r'name="(keep|amendment_id|base)" value="([^"]*)"', part[:600]))
    done = rowan.post(f"/visits/{visit}/decide", data={**said, "part": "note"})

    assert done.status_code == 303
    kept = contact(db, visit).family_note
    assert kept in {"One", "Two"}
    after = rowan.get(f"/visits/{visit}").text
    assert after.count("Two changes did not know of each other") == 1
    assert "Decided between two changes" in after


def test_the_familys_old_link_shows_the_new_words_and_says_what_was_changed(
    db: Database, tools: Tools, visit: UUID, world: World, browser_of: Browsers
) -> None:
    with db.transaction() as session:
        token = confirming.make_link(session, visit, world.caregiver, keys=tools.keys, now=MONDAY)
    family = browser_of()
    first = family.get(f"/v/{token}")
    sha = contact(db, visit).summary_sha256
    family.post(f"/v/{token}/confirm", data={"summary_sha256": sha})
    amend(db, world, change(world, visit, note="Thank you all."))

    page = text_of(family.get(f"/v/{token}"))
    stale = family.post(f"/v/{token}/confirm", data={"summary_sha256": sha})

    assert "This was changed" not in text_of(first)
    assert "This was changed. Please read it again. Changed since: The note for the family." in page
    assert "Thank you all." in page
    assert "You said: yes" not in page
    assert stale.status_code == 422
    shown = text_of(browser_of("rowan").get(f"/visits/{visit}"))
    assert "Sunniva Aldous confirmed an earlier version" in shown


def test_the_api_changes_a_visit_and_refuses_what_it_does_not_know(
    visit: UUID, world: World, browser_of: Browsers
) -> None:
    rowan = browser_of("rowan", Accept="application/json")
    form = rowan.get(f"/api/v1/visits/{visit}/form").json()
    assert (form["base"], form["fields"]["note"]) == ([], ["Thank you for the tea."])
    assert form["started_at"] == iso(MONDAY - timedelta(minutes=70))
    made = change(world, visit, note="Thank you all.").model_dump(mode="json", exclude_unset=True)

    first, again = rowan.post("/api/v1/amendments", json=made), rowan.post("/api/v1/amendments", json=made)
    other = rowan.post("/api/v1/amendments", json={**made, "reason": "Another"})
    unknown = rowan.post("/api/v1/amendments", json={**made, "changes": {"colour": "red"}})

    assert [one.status_code for one in (first, again, other, unknown)] == [201, 201, 409, 422]
    assert first.json()["family_note"] == "Thank you all."
    assert first.json()["past"]["base"] == [made["amendment_id"]]
    assert rowan.get(f"/api/v1/visits/{visit}/form").json()["base"] == [made["amendment_id"]]


def test_a_visit_of_this_week_takes_its_form_of_change_along(
    db: Database, world: World, visit: UUID, browser_of: Browsers
) -> None:
    with db.transaction() as session:
        week = timedelta(days=8)
        times = {"started_at": iso(MONDAY - week - timedelta(hours=1)), "ended_at": iso(MONDAY - week)}
        old = log(session, world, draft(world, **times, late_reason="Ill")).id
    rowan = browser_of("rowan", Accept="application/json")

    pages = {page["url"]: page["body"] for page in rowan.post("/offline/pack", json={"have": {}}).json()["pages"]}

    assert f"/visits/{visit}/amend" in pages
    assert f"/visits/{old}/amend" not in pages
    assert f'href="/visits/{visit}/amend"' in pages[f"/cases/{world.case}"]
    assert 'name="amendment_id" value=""' in pages[f"/visits/{visit}/amend"]
    assert body(world)["observations"] in pages[f"/visits/{visit}/amend"]
