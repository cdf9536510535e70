"""Joining: a code is typed, a way of signing in chosen, and the person is in."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import col, select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.jobs import Job
from porchlight.core.keys import sha256
from porchlight.core.tools import Tools
from porchlight.people import inviting, jobs, passwords, telling
from porchlight.people.models import Account, Invitation, SignIn
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.mailbox import Mailbox
from tests.people.authenticator_app import set_up
from tests.people.first_day import Browsers, entered, invited
from tests.world import World

GOOD = "three words on porches"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36"
)
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15"


@pytest.mark.asvs("7.2.4")
def test_a_code_and_a_password_open_the_door_with_a_new_session(
    db: Database, browser_of: Browsers, world: World, clock: Clock
) -> None:
    browser = entered(browser_of, invited(browser_of, world))
    browser.client.cookies.set("porchlight", "a" * 43)
    assert "Sam Okonkwo-Reyes" in browser.get("/join/how").text

    answer = browser.post("/join/password", data={"password": GOOD, "email": "sam@example.org"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code?next=/welcome")
    browser.client.cookies.delete("porchlight", domain="")
    set_up(browser, clock, answer)
    assert "You are in, Sam Okonkwo-Reyes" in text_of(browser.get("/welcome"))
    assert "a" * 43 not in answer.headers["set-cookie"]
    browser.post("/sign-out")
    assert browser.sign_in("sam@example.org", GOOD).status_code == 303
    with db.reading() as session:
        acts = list(session.exec(select(AuditEvent.act)))
        told = [job.payload["what"] for job in session.exec(select(Job)) if job.name == telling.TELL]
    assert {"invitation.entered", "person.joined", "password.set"} <= set(acts)
    assert told == ["password_set", "codes_set_up"]


@pytest.mark.parametrize(
    ("languages", "browsers", "chosen", "language"),
    [
        (["en", "es"], "es-MX,es;q=0.9", "", "es"),
        ([], "es-MX,es;q=0.9", "", "es"),
        ([], "fr", "", "en"),
        ([], "es", "en", "en"),
        (["es"], "en-US", "", "es"),
        (["es"], "en-US", "en", "en"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_joins_goes_on_in_the_language_in_which_they_joined(
    db: Database,
    browser_of: Browsers,
    world: World,
    clock: Clock,
    languages: list[str],
    browsers: str,
    chosen: str,
    language: str,
) -> None:
    browser = entered(browser_of, invited(browser_of, world, languages=languages))
    browser.client.headers["Accept-Language"] = browsers
    if chosen:
        browser.post("/language", data={"code": chosen})

    offered = browser.get("/join/how").text
    set_up(browser, clock, browser.post("/join/password", data={"password": GOOD}))

    assert f'<html lang="{language}"' in offered
    browser.client.headers["Accept-Language"] = "de"
    browser.client.cookies.delete("locale")
    assert f'<html lang="{language}"' in browser.get("/welcome").text
    with db.reading() as session:
        assert session.exec(select(Account.locale).where(Account.email == "sam@example.org")).one() == language


def test_who_has_no_email_joins_and_signs_in_with_a_phone_number(browser_of: Browsers, world: World) -> None:
    code = invited(browser_of, world, reach="(555) 555-0142")

    entered(browser_of, code).post("/join/password", data={"password": GOOD})

    for typed in ("555-555-0142", "+15555550142", "1 555 555 0142"):
        assert browser_of().sign_in(typed, GOOD).status_code == 303, typed


@pytest.mark.asvs("6.4.1")
def test_a_code_works_once(db: Database, browser_of: Browsers, world: World, clock: Clock) -> None:
    code = invited(browser_of, world)
    first, second = entered(browser_of, code), entered(browser_of, code)  # the later browser has it

    assert first.post("/join/password", data={"password": GOOD}).status_code == 403
    set_up(second, clock, second.post("/join/password", data={"password": GOOD}))
    assert second.post("/join/password", data={"password": "another good one"}).status_code == 403
    assert browser_of().post("/join", data={"code": code}).status_code == 422
    with db.reading() as session:
        row = session.exec(select(Invitation)).one()
        assert row.used_at
        assert len([one for one in session.exec(select(SignIn)) if one.account_id == row.account_id]) == 1


def test_a_second_code_made_while_the_first_is_used_opens_nothing(
    db: Database, browser_of: Browsers, world: World
) -> None:
    first, second = entered(browser_of, invited(browser_of, world)), entered(browser_of, invited(browser_of, world))
    with db.transaction() as session:  # as two who acted at the same moment would leave it
        row = session.exec(select(Invitation).where(col(Invitation.withdrawn_at).is_not(None))).one()
        row.withdrawn_at, row.entry_hash = None, sha256(first.client.cookies["joining"].encode())
        session.add(row)

    answers = [one.post("/join/password", data={"password": GOOD}) for one in (first, second)]

    assert [answer.headers.get("location") for answer in answers] == ["/sign-in/code?next=/welcome", None]
    assert second.get("/today").headers["location"].startswith("/sign-in")


def test_a_code_that_was_typed_must_be_used_within_half_an_hour(
    browser_of: Browsers, world: World, clock: Clock
) -> None:
    code = invited(browser_of, world)
    browser = entered(browser_of, code)

    clock.move(minutes=30)

    assert browser.post("/join/password", data={"password": GOOD}).status_code == 403
    assert browser.get("/join/how").headers["location"] == "/join"
    assert entered(browser_of, code).post("/join/password", data={"password": GOOD}).status_code == 303


def test_without_a_code_there_is_nothing_to_choose(browser_of: Browsers, world: World) -> None:
    browser = browser_of()
    browser.client.cookies.set("joining", "a" * 43)

    assert browser.get("/join/how").headers["location"] == "/join"
    assert browser.post("/join/password", data={"password": GOOD}).status_code == 403
    assert browser.post("/join/passkey/options", json={}).status_code == 403


@pytest.mark.asvs("7.2.3")
def test_only_the_hash_of_what_the_browser_holds_is_kept(db: Database, browser_of: Browsers, world: World) -> None:
    browser = entered(browser_of, invited(browser_of, world))

    secret = browser.client.cookies["joining"]
    with db.reading() as session:
        assert secret not in str(session.exec(select(Invitation)).one())
    assert len(secret) == 43


@pytest.mark.asvs("6.2.1")
@pytest.mark.asvs("6.2.4")
@pytest.mark.asvs("6.2.5")
@pytest.mark.asvs("6.2.11")
@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("porches", "at least 8 characters"),
        ("", "Fill this in."),
        ("password1", "Many people use this password"),
        ("PassWord1", "Many people use this password"),
        ("aaaaaaaaaaaa", "Many people use this password"),
        ("Porchlight2026!", "it can be guessed"),
        ("okonkwo-reyes1", "it can be guessed"),
        ("aldercounty", "it can be guessed"),
        ("p" * 100 + "orch" * 26, "too long"),
        ("porch\x00light words", "cannot be kept"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_password_that_can_be_guessed_is_refused_in_words_and_the_code_still_works(
    browser_of: Browsers, world: World, password: str, words: str
) -> None:
    browser = entered(browser_of, invited(browser_of, world))

    answer = browser.post("/join/password", data={"password": password})

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not password or password not in answer.text
    assert browser.post("/join/password", data={"password": GOOD}).status_code == 303


@pytest.mark.asvs("6.2.8")
@pytest.mark.asvs("6.2.9")
@pytest.mark.parametrize(
    "password", ["lantern porch 42", "x7#kq" * 12 + "abcd", " begins with a blank ", "пароль на крыльце", "48213795"]
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_any_other_password_is_taken_as_it_was_typed(browser_of: Browsers, world: World, password: str) -> None:
    entered(browser_of, invited(browser_of, world)).post("/join/password", data={"password": password})

    assert browser_of().sign_in("sam@example.org", password).status_code == 303
    assert browser_of().sign_in("sam@example.org", password.strip() + " ").status_code == 422


@pytest.mark.asvs("6.2.12")
def test_the_list_of_common_passwords_is_long_and_lies_here() -> None:
    assert len([one for one in passwords._common() if len(one) >= 8]) > 3000


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_codes_are_read_as_people_type_them(browser_of: Browsers, world: World) -> None:
    code = invited(browser_of, world)

    for typed in (
        code.lower(),
        code.replace("-", " "),
        f" {code.replace('1', 'l').replace('0', 'o')} ",
        code.replace("-", "–"),
    ):
        assert browser_of().post("/join", data={"code": typed}).status_code == 303, typed
    assert "ten letters and numbers" in text_of(browser_of().post("/join", data={"code": code[:-1]}))
    assert "ten letters and numbers" in text_of(browser_of().post("/join", data={"code": "U" * 10}))


@pytest.mark.asvs("3.5.1")
@pytest.mark.parametrize(
    "path", ["/join", "/join/password", "/join/passkey", "/sign-in/passkey", "/passkeys", "/invitations"]
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_other_site_can_join_or_invite(browser_of: Browsers, world: World, path: str) -> None:
    answer = browser_of("priya", **{"Sec-Fetch-Site": "cross-site"}).post(path, data={})

    assert answer.status_code == 403


# Every function that hands out a session, and what stands before it. A new one is put here and thought about.
@pytest.fixture
def able(tools: Tools) -> Callable[[int], Tools]:
    return lambda port: replace(
        tools, settings=replace(tools.settings, smtp=f"smtp://127.0.0.1:{port}", mail_from="porch@example.org")
    )


@pytest.mark.asvs("6.3.7")
def test_whoever_is_invited_or_has_a_new_way_to_sign_in_hears_of_it_in_their_language(
    db: Database, browser_of: Browsers, world: World, able: Callable[[int], Tools]
) -> None:
    code = invited(browser_of, world, languages="es")
    entered(browser_of, code).post("/join/password", data={"password": GOOD})

    with Mailbox() as box, db.reading() as session:
        for job in session.exec(select(Job).where(Job.name.in_([inviting.TELL, telling.TELL]))):  # type: ignore[attr-defined]
            jobs.JOBS[job.name](able(box.port), job.payload)

    first, second = box.letters
    assert first.to == second.to == ["sam@example.org"]
    assert first.message["Content-Language"] == "es"
    assert "/install" in first.message.get_content()
    assert code not in first.message.get_content()
    assert code.replace("-", "") not in first.message.get_content()
    assert "+15550100" in second.message.get_content()
    assert GOOD not in second.message.get_content()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_phone_number_gets_no_mail(
    db: Database, browser_of: Browsers, world: World, able: Callable[[int], Tools]
) -> None:
    invited(browser_of, world, reach="555-555-0142")
    with db.reading() as session:
        account = session.exec(select(Account).where(Account.email == "+15555550142")).one()

    with Mailbox() as box:
        jobs.tell_changed(able(box.port), {"account_id": str(account.id), "what": "password_set"})

    assert box.tries == 0


@pytest.mark.parametrize(
    ("agent", "title", "others"),
    [
        (IPHONE, "on your iPhone", ["android", "desktop"]),
        (ANDROID, "on your Android phone", ["iphone", "desktop"]),
        (MAC, "on your computer", ["iphone", "android"]),
        ("", "on your computer", ["iphone", "android"]),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_guide_shows_the_steps_of_the_device_that_asks_and_leads_to_the_others(
    browser_of: Browsers, agent: str, title: str, others: list[str]
) -> None:
    answer = browser_of(**{"User-Agent": agent}).get("/install")

    assert title in text_of(answer)
    assert [f'href="/install/{one}"' in answer.text for one in others] == [True, True]
    assert answer.text.count("<svg") >= 3
    for one in others:
        assert browser_of().get(f"/install/{one}").status_code == 200
    assert browser_of().get("/install/toaster").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_iphone_is_told_to_install_first_and_type_the_code_there(browser_of: Browsers) -> None:
    words = text_of(browser_of(**{"User-Agent": IPHONE}).get("/install"))

    assert words.index("Add to Home Screen") < words.index("type your code there")
    assert "Close Safari" in words


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_guide_and_the_door_are_the_same_for_everybody(browser_of: Browsers, world: World) -> None:
    for path in ("/install", "/join"):
        answer = browser_of("rowan").get(path)
        assert "x-page-person" not in answer.headers
        assert "Rowan" not in answer.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_first_visit_of_the_sign_in_page_loads_nothing_for_passkeys(browser_of: Browsers) -> None:
    browser: Browser = browser_of()

    assert 'data-js="people/door"' not in browser.get("/sign-in").text
    assert 'data-js="people/door"' in browser.get("/sign-in/passkey").text
    browser.client.cookies.set("passkey", "1")
    assert 'data-js="people/door"' in browser.get("/sign-in").text
