"""The pages behind a family's link: no sign-in, no script, no child's name; looking changes nothing."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlmodel import Session, SQLModel, select

from porchlight.app import create
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.homes.models import Caregiver
from porchlight.visits import confirming
from porchlight.visits.models import Confirmation, ConfirmationLink, Contact
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.visits.making import PRIVATE, draft, log
from tests.world import World

Browsers = Callable[..., Browser]
HIDDEN = ("Gideon", "Hester", "Ignatius", "Quintrell", "kitchen", *PRIVATE)


@dataclass
class Porch:
    """A caregiver with a link on her phone."""

    visit: UUID
    token: str
    sha256: str
    browser: Browser

    @property
    def link(self) -> str:
        return f"/v/{self.token}"

    def look(self) -> Response:
        return self.browser.get(self.link)

    def yes(self, sha256: str | None = None) -> Response:
        return self.browser.post(
            f"{self.link}/confirm", data={"summary_sha256": self.sha256 if sha256 is None else sha256}
        )

    def no(self, **said: str) -> Response:
        return self.browser.post(f"{self.link}/different", data={"summary_sha256": self.sha256, **said})


@pytest.fixture
def porch(browser_of: Browsers, db: Database, tools: Tools, world: World) -> Porch:
    with db.transaction() as session:
        visit = log(session, world, draft(world))
        token = confirming.make_link(session, visit.id, world.caregiver, keys=tools.keys, now=visit.received_at)
    return Porch(visit.id, token, visit.summary_sha256, browser_of())


def answers(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(Confirmation.answer).order_by(Confirmation.answered_at)))  # type: ignore[arg-type]


def everything(session: Session) -> dict[str, list[Any]]:
    """Every row of every table but the audit."""
    tables = [table for table in SQLModel.metadata.sorted_tables if not table.name.startswith("audit_")]
    return {table.name: sorted(map(repr, session.execute(table.select()))) for table in tables}


@pytest.mark.duty("S1-21")
def test_the_page_asks_one_question(porch: Porch) -> None:
    page = porch.look()

    assert page.status_code == 200
    words = text_of(page)
    assert "Did Rowan I. visit your home on Monday, Nov 23, about 10:50 am?" in words
    for shown in (
        "10:50 am to 11:50 am",
        "Dentist by December 4",
        "A call to the school about the bus",
        "Dec 14",
        "tea",
    ):
        assert shown in words
    assert page.text.count("<h1") == 1
    assert f'value="{porch.sha256}"' in page.text


@pytest.mark.duty("S1-21")
def test_yes_is_two_taps_and_is_thanked(porch: Porch, db: Database) -> None:
    porch.look()

    sent = porch.yes()
    thanks = porch.browser.get(sent.headers["location"])

    assert (sent.status_code, sent.headers["location"]) == (303, f"{porch.link}/thanks")
    words = text_of(thanks)
    assert "Thank you" in words
    assert "Recorded 12:00 pm" in words
    assert "Change my answer" in words
    assert 'href="tel:' in thanks.text
    assert answers(db) == ["confirmed"]


def test_something_different_is_four_taps_and_comes_to_the_supervisor(
    porch: Porch, db: Database, browser_of: Browsers
) -> None:
    page = porch.browser.get(f"{porch.link}/different")
    reasons = re.findall(r'name="different" value="([a-z_]+)"', page.text)

    sent = porch.no(different="other_time", words="It was closer to five.")
    thanks = text_of(porch.browser.get(sent.headers["location"]))

    assert reasons == ["no_visit", "other_time", "someone_else", "child_not_here", "other"]
    assert sent.status_code == 303
    assert "A supervisor will read your words" in thanks
    assert answers(db) == ["different"]
    priya = browser_of("priya").get(f"/visits/{porch.visit}")
    rowan = browser_of("rowan").get(f"/visits/{porch.visit}")
    assert "It was closer to five." in priya.text
    assert "It was closer to five." not in rowan.text
    assert "Your supervisor reads their words first." in rowan.text


def test_the_answer_may_be_changed_and_the_page_remembers_it(porch: Porch, db: Database, clock: Clock) -> None:
    porch.yes()
    clock.move(minutes=5)
    porch.no(different="other", words="Wait.")
    remembered = porch.browser.get(f"{porch.link}/different")
    clock.move(minutes=5)
    porch.yes()

    assert answers(db) == ["confirmed", "different", "confirmed"]
    assert re.search(r'value="other"[^>]* checked', remembered.text)
    assert "Wait." in remembered.text
    assert "You said: yes, this is right" in porch.look().text


def test_posting_again_is_harmless(porch: Porch, db: Database) -> None:
    assert [porch.yes().status_code for _ in range(3)] == [303, 303, 303]
    assert answers(db) == ["confirmed"]


@pytest.mark.parametrize("part", ["", "/different", "/thanks", "/confirm", "/again"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(porch: Porch, db: Database, clock: Clock, method: str, part: str) -> None:
    with db.reading() as session:
        before = everything(session)

    for _ in range(2):
        seen = porch.browser.request(method, porch.link + part, headers={"Sec-Purpose": "prefetch"})
        assert seen.status_code in {200, 303}
    clock.move(days=8)
    ended = porch.browser.request(method, porch.link + part)

    assert ended.status_code in {410, 303}
    with db.reading() as session:
        assert everything(session) == before


@pytest.mark.parametrize("sha256", ["", "x" * 43])
def test_a_scanner_that_posts_without_the_pages_own_form_changes_nothing(
    porch: Porch, db: Database, sha256: str
) -> None:
    with db.reading() as session:
        before = everything(session)

    sent = [
        porch.yes(sha256=sha256),
        porch.browser.post(f"{porch.link}/confirm"),
        porch.browser.post(f"{porch.link}/different", data={"different": "no_visit", "summary_sha256": sha256}),
    ]

    assert [one.status_code for one in sent] == [422, 422, 422]
    words = "This page has changed since you opened it." if sha256 else "Read the page and press one of its buttons."
    assert words in text_of(sent[0])
    assert "Did Rowan I. visit your home" in text_of(sent[0])
    assert "<title>Error:" in sent[0].text
    with db.reading() as session:
        assert everything(session) == before


def test_what_was_typed_stays_when_the_reason_is_missing(porch: Porch, db: Database) -> None:
    page = porch.no(words="It was closer to five.")

    assert page.status_code == 422
    assert "Choose what is different." in page.text
    assert "It was closer to five." in page.text
    assert answers(db) == []


def test_no_page_of_the_link_holds_a_child_or_a_private_word(porch: Porch, clock: Clock) -> None:
    pages = [porch.look(), porch.browser.get(f"{porch.link}/different"), porch.yes(sha256="x")]
    porch.yes()
    pages += [porch.browser.get(f"{porch.link}/thanks"), porch.look()]
    clock.move(days=8)
    pages += [porch.look(), porch.yes(), porch.no(different="other")]

    for page in pages:
        for hidden in HIDDEN:
            assert hidden not in page.text, page.url


def test_a_link_says_nothing_to_whoever_does_not_have_it(porch: Porch) -> None:
    for path in ("/v/" + "x" * 43, "/v/short", f"{porch.link}x", "/v/" + "x" * 43 + "/different"):
        page = porch.browser.get(path)
        assert page.status_code == 404
        assert "We do not know this link" in page.text
        assert 'href="tel:+15550100"' in page.text
        assert "Send me a new link" not in page.text
    assert porch.browser.post("/v/" + "x" * 43 + "/confirm", data={"summary_sha256": porch.sha256}).status_code == 404


def test_an_ended_link_shows_the_answer_and_a_way_on_but_not_the_visit(
    porch: Porch, db: Database, tools: Tools, clock: Clock
) -> None:
    porch.yes()
    clock.move(days=8)

    ended = porch.look()
    refused = porch.no(different="no_visit")
    with_mail = replace(tools, settings=replace(tools.settings, smtp="smtp://127.0.0.1:9"))
    browser = Browser(create(tools=with_mail))
    offered = browser.get(porch.link)
    asked = browser.post(f"{porch.link}/again")
    after = browser.get(asked.headers["location"])
    browser.close()

    assert (ended.status_code, refused.status_code, offered.status_code) == (410, 410, 410)
    assert "You said: yes, this is right" in ended.text
    assert "Rowan" not in ended.text
    assert 'href="tel:+15550100"' in ended.text
    assert "Send me a new link" not in ended.text
    assert "Send me a new link" in offered.text
    assert asked.status_code == 303
    assert "A new link is on its way" in after.text
    assert "Send me a new link" not in after.text
    assert "sunniva" not in after.text
    assert answers(db) == ["confirmed"]


def test_the_page_speaks_the_caregivers_language_and_the_other_one_keeps_the_page(
    porch: Porch, db: Database, world: World
) -> None:
    with db.transaction() as session:
        caregiver = session.get_one(Caregiver, world.caregiver)
        caregiver.locale = "es"
        session.add(caregiver)

    spanish = porch.look()
    wrong = porch.no(words="Fue más tarde.")
    turned = porch.browser.post("/language", data={"code": "en", "next": porch.link})
    english = porch.browser.get(turned.headers["location"])

    assert '<html lang="es">' in spanish.text
    assert "¿" in text_of(spanish)
    assert "lunes 23 de nov" in spanish.text
    assert "Elija qué fue diferente." in wrong.text
    assert '<html lang="es">' in wrong.text
    assert '<html lang="en">' in english.text
    assert "Did Rowan I. visit your home" in text_of(english)


def test_the_page_is_ten_kilobytes_in_two_requests_without_a_script(porch: Porch) -> None:
    page = porch.look()
    (asked_for,) = set(re.findall(r'(?:src|href)="(/[^"]+\.[a-z]+[^"]*)"', page.text))

    style = porch.browser.get(asked_for)
    weight = len(gzip.compress(page.content)) + len(gzip.compress(style.content))
    assert weight <= 10_000, weight
    assert "<script" not in page.text
    assert "hx-" not in page.text
    assert not re.search(r"\son[a-z]+=|javascript:", page.text)


def test_the_link_and_what_is_behind_it_are_kept_by_nobody(porch: Porch) -> None:
    for page in (porch.look(), porch.browser.get(f"{porch.link}/thanks"), porch.browser.get("/v/" + "x" * 43)):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "same-origin"
        assert "set-cookie" not in page.headers
        assert 'name="robots" content="noindex"' in page.text


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    return max(1, groups - word.lower().endswith("e"))


def grade(words: str) -> float:
    """Flesch-Kincaid grade level (Kincaid and others, 1975)."""
    sentences = [part for part in re.split(r"[.!?:]\s", words) if re.search(r"[A-Za-z]", part)]
    found = re.findall(r"[A-Za-z']+", words)
    return 0.39 * len(found) / len(sentences) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def sentences_of(page: Response) -> str:
    """What stands in the page, each block as a sentence of its own."""
    inside = page.text.split("<main", 1)[1].split("</main>", 1)[0].split(">", 1)[1]
    blocks = re.split(r"</?(?:h1|h2|p|dt|dd|li|label|button|legend|div|form|a)\b[^>]*>", inside)
    return " ".join(f"{text_of_block(block)}. " for block in blocks if text_of_block(block))


def text_of_block(block: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", block)).strip(" .")


def test_a_sixth_grader_can_read_every_page(porch: Porch, clock: Clock) -> None:
    pages = [porch.look(), porch.browser.get(f"{porch.link}/different"), porch.browser.get("/v/" + "x" * 43)]
    porch.no(different="other")
    pages.append(porch.browser.get(f"{porch.link}/thanks"))
    clock.move(days=8)
    pages.append(porch.look())

    for page in pages:
        words = sentences_of(page)
        assert grade(words) <= 6, words


def test_seven_days_are_counted_from_when_the_link_was_made(porch: Porch, clock: Clock, db: Database) -> None:
    clock.move(days=7, seconds=-1)
    assert porch.yes().status_code == 303

    clock.move(seconds=1)
    assert porch.no(different="other").status_code == 410
    assert answers(db) == ["confirmed"]
    with db.reading() as session:
        link = session.exec(select(ConfirmationLink)).one()
        assert link.expires_at - link.made_at == timedelta(days=7)
        assert session.get_one(Contact, porch.visit).observations == "The kitchen was warm and tidy."
