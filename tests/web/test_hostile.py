"""Signs that no keyboard makes: each is refused in words or let go of, on both databases, and never breaks the server."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.crises.models import Crisis
from porchlight.web.forms import inside
from tests.browsing import Browser
from tests.visits.making import draft, log
from tests.world import World

Browsers = Callable[..., Browser]
NUL = "a\x00b"
# JSON may name half a character, and Python's reader lets numbers through that are none.
BODIES = [
    '{"email": "a\\u0000b"}',
    '{"id": "\\ud800", "reason": "\\udfff"}',
    '{"id": NaN, "public_key": Infinity, "endpoint": 1e999}',
    "[" * 50_000,
    '{"id": ' + "9" * 5_000 + "}",
    "\x00",
    "null",
    '"text"',
]
POSTS = [
    "/api/v1/visits",
    "/api/v1/amendments",
    "/api/v1/crises",
    "/api/v1/deliveries/shown",
    "/api/v1/tasks/{id}/done",
    "/api/v1/oncall/{id}/stand-ins",
    "/push/subscriptions",
    "/devices",
    "/offline/pack",
    "/alerts/test",
]

ADDRESSES = [
    "/families?q=%00",
    "/api/v1/cases?q=a%00b",
    "/sign-in?next=%00",
    "/v/%00",
    "/checkins?case=%00",
    "/mandated/new?case=%00",
    "/callbacks?older=%00",
    "/incidents?older=99999999999999999999999",
    "/board/live?seen=%00",
    "/media/%00/x?expires=1&sig=%00",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.asvs("2.2.1", "2.2.2")
def test_a_body_that_is_no_body_is_refused_in_words(browser_of: Browsers, body: str) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    lee = browser_of("lee")
    for path in POSTS:
        answer = lee.post(path.format(id=uuid4()), content=body.encode(), headers=headers)

        assert answer.status_code < 500, (path, answer.text)
        assert answer.status_code < 400 or answer.json()["detail"], path


FORMS: list[tuple[str, dict[str, Any]]] = [
    ("/sign-in", {"email": NUL, "password": NUL, "next": NUL}),
    ("/sign-in/demo", {"account_id": NUL}),
    ("/language", {"locale": NUL, "next": NUL}),
    ("/help", {"id": str(new_id()), "reason": "threat", "words": NUL}),
    ("/v/" + "x" * 43 + "/confirm", {"name": NUL}),
    ("/v/" + "x" * 43 + "/different", {"words": NUL}),
    ("/v/%00/again", {}),
    ("/visits/{visit}/amend", {"base": NUL, "reason": NUL, "amendment_id": NUL}),
    ("/callbacks", {"id": NUL, "to_name": NUL, "phone": NUL, "promised_at": NUL}),
    ("/checkins", {"id": NUL, "place": NUL, "out_by": NUL}),
    ("/mandated", {"id": NUL, "said": NUL, "witnessed_at": NUL, "case_id": NUL, "children": NUL}),
    ("/missing", {"id": NUL, "person_id": NUL, "learned_at": NUL, "looked": NUL}),
    ("/visits/{visit}/decide", {"part": NUL, "keep": NUL, "words": NUL, "base": NUL, "amendment_id": NUL}),
]


@pytest.mark.asvs("2.2.2")
def test_a_form_with_a_sign_that_cannot_be_kept_is_answered(browser_of: Browsers, db: Database, world: World) -> None:
    with db.transaction() as session:
        visit = log(session, world, draft(world)).id
    rowan = browser_of("rowan")
    answers = {path: rowan.post(path.format(visit=visit), data=typed).status_code for path, typed in FORMS}

    assert not [path for path, status in answers.items() if status >= 500]


def test_an_address_with_such_a_sign_is_answered(browser_of: Browsers) -> None:
    rowan = browser_of("rowan")
    answers = {path: rowan.get(path).status_code for path in ADDRESSES}

    assert not [path for path, status in answers.items() if status >= 500]


def test_a_visit_with_such_a_sign_is_refused_beside_its_field(browser_of: Browsers, world: World) -> None:
    typed = {"came": "We talked about school" + NUL, "note": NUL}

    answer = browser_of("rowan").post(f"/cases/{world.case}/visits", data=typed)

    assert answer.status_code == 422
    assert "There is a sign in here that cannot be kept. Write this again." in answer.text


@pytest.mark.parametrize("words", [NUL, "x" * 30_000])
def test_help_is_never_refused_for_how_it_is_written(
    browser_of: Browsers, db: Database, world: World, words: str
) -> None:
    body = {"id": str(new_id()), "reason": "threat", "words": words}

    answer = browser_of("rowan").post("/api/v1/crises", json=body)

    assert answer.status_code == 201, answer.text
    with db.reading() as session:
        (kept,) = session.exec(select(Crisis.words))
    assert kept.startswith(words[0])


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "https://evil.example", "", "x"],
)
def test_nobody_is_led_away_from_here(path: str) -> None:
    assert inside(path) == "/today"
