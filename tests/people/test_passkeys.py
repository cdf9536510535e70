"""Passkeys: what our page may ask, what an answer must prove, and what happens to forged ones."""

from typing import Any

import pytest
from httpx import Response
from sqlmodel import Session, select

from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.jobs import Job
from porchlight.core.keys import b64u, from_b64u
from porchlight.people import telling
from porchlight.people.models import Account, Invitation, Passkey, PasskeyChallenge, SignInFailure
from tests.authenticator import PRESENT, Authenticator, challenge_length
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.people.authenticator_app import App, type_code
from tests.people.first_day import JSON, Browsers, entered, invited
from tests.world import World


def asked(browser: Browser, path: str) -> dict[str, Any]:
    answer = browser.post(path, json={}, headers=JSON)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def make(browser: Browser, phone: Authenticator, at: str = "/passkeys", **forged: Any) -> Response:
    return browser.post(at, json=phone.make(asked(browser, f"{at}/options"), **forged), headers=JSON)


def sign_in(browser: Browser, phone: Authenticator, **forged: Any) -> Response:
    options = asked(browser, "/sign-in/passkey/options")
    return browser.post("/sign-in/passkey", json=phone.sign(options, **forged), headers=JSON)


def passkeys(db: Database) -> list[Passkey]:
    with db.reading() as session:
        return list(session.exec(select(Passkey)))


def told(session: Session) -> list[str]:
    return [job.payload["what"] for job in session.exec(select(Job)) if job.name == telling.TELL]


@pytest.fixture
def phone() -> Authenticator:
    return Authenticator()


@pytest.fixture
def rowan(browser_of: Browsers, phone: Authenticator) -> Browser:
    """Rowan's browser, a passkey made."""
    browser = browser_of("rowan")
    assert make(browser, phone).status_code == 200
    return browser


def test_joining_with_a_passkey_uses_the_code_up_and_the_passkey_opens_the_door_from_then_on(
    db: Database, browser_of: Browsers, world: World, phone: Authenticator
) -> None:
    code = invited(browser_of, world)
    browser = entered(browser_of, code)

    answer = make(browser, phone, "/join/passkey")

    assert answer.status_code == 200, answer.text
    assert "You are in" in browser.get("/welcome").text
    assert browser_of().post("/join", data={"code": code}).status_code == 422
    with db.reading() as session:
        assert session.exec(select(Invitation)).one().used_at
        assert told(session) == ["passkey_added"]
    browser.post("/sign-out")
    back = sign_in(browser, phone, next="/families")
    assert back.json() == {"next": "/families"}
    assert browser.get("/families").status_code == 200
    [row] = passkeys(db)
    assert (row.sign_count, row.transports, row.last_used_at is not None) == (1, ["internal"], True)


@pytest.mark.asvs("6.7.2")
def test_a_challenge_has_32_bytes_and_is_kept_as_a_hash_for_five_minutes(
    db: Database, rowan: Browser, phone: Authenticator, clock: Clock
) -> None:
    options = asked(rowan, "/sign-in/passkey/options")

    assert challenge_length(options) == 32
    with db.reading() as session:
        assert options["challenge"] not in str(session.exec(select(PasskeyChallenge)).all())
    clock.move(minutes=5)
    assert rowan.post("/sign-in/passkey", json=phone.sign(options), headers=JSON).status_code == 422
    asked(rowan, "/sign-in/passkey/options")
    with db.reading() as session:  # what ran out was cleared away
        assert len(session.exec(select(PasskeyChallenge)).all()) == 1


def test_what_is_asked_for_binds_host_person_and_screen_lock(
    browser_of: Browsers, rowan: Browser, world: World
) -> None:
    making, signing = asked(rowan, "/passkeys/options"), asked(browser_of(), "/sign-in/passkey/options")

    assert making["rp"]["id"] == signing["rpId"] == "localhost"
    assert from_b64u(making["user"]["id"]) == world.accounts["rowan"].bytes
    assert making["authenticatorSelection"]["userVerification"] == signing["userVerification"] == "required"
    assert making["authenticatorSelection"]["residentKey"] == "required"
    assert len(making["excludeCredentials"]) == 1
    assert not signing.get("allowCredentials")  # it names nobody


@pytest.mark.asvs("6.5.1")
def test_a_signed_answer_works_once(db: Database, browser_of: Browsers, rowan: Browser, phone: Authenticator) -> None:
    browser = browser_of()
    answer = phone.sign(asked(browser, "/sign-in/passkey/options"))
    assert browser.post("/sign-in/passkey", json=answer, headers=JSON).status_code == 200

    again = browser_of().post("/sign-in/passkey", json=answer, headers=JSON)

    assert again.status_code == 422
    assert "set-cookie" not in again.headers
    with db.reading() as session:
        assert len(list(session.exec(select(SignInFailure)))) == 1


def test_a_bad_answer_uses_its_challenge_up(browser_of: Browsers, rowan: Browser, phone: Authenticator) -> None:
    browser = browser_of()
    options = asked(browser, "/sign-in/passkey/options")
    bad = phone.sign(options)
    bad["response"]["signature"] = b64u(b"\x30\x06\x02\x01\x01\x02\x01\x01")

    assert browser.post("/sign-in/passkey", json=bad, headers=JSON).status_code == 422
    assert browser.post("/sign-in/passkey", json=phone.sign(options), headers=JSON).status_code == 422
    assert sign_in(browser, phone).status_code == 200


# What a forger's phone says, who has copied the rest.
LIES: dict[str, dict[str, Any]] = {
    "origin": {"origin": "http://localhost:8700.example.org"},
    "host": {"host": "example.org"},
    "screen lock": {"flags": PRESENT},
    "key": {"key": Authenticator().key},
    "counter": {"count": 0},  # a copy that was made earlier
    "unknown": {"credential_id": b"y" * 32},
}


@pytest.mark.parametrize("lie", [*LIES, "challenge", "person", "kind", "purpose"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_forged_answer_opens_nothing_and_all_of_them_look_the_same(
    browser_of: Browsers, rowan: Browser, world: World, phone: Authenticator, lie: str
) -> None:
    browser = browser_of()
    assert sign_in(browser_of(), phone).status_code == 200  # its counter stands at 1
    options = asked(browser, "/sign-in/passkey/options")
    truth = {"key": phone.key, "credential_id": phone.credential_id, "count": 5, "user_handle": phone.user_handle}
    forger = Authenticator(**{**truth, **LIES.get(lie, {})})
    if lie == "person":
        forger.user_handle = b64u(world.accounts["mara"].bytes)
    challenge = b64u(b"x" * 32) if lie == "challenge" else ""
    if lie == "purpose":
        challenge = asked(rowan, "/passkeys/options")["challenge"]
    answer = forger.sign(options, challenge=challenge)
    if lie == "kind":
        answer = {**answer, "type": "password"}

    said = browser.post("/sign-in/passkey", json=answer, headers=JSON)

    assert said.status_code == 422
    assert said.json()["detail"] == "That passkey did not work. Try again, or use your password."
    assert "set-cookie" not in said.headers
    assert browser.get("/more").status_code == 303


@pytest.mark.parametrize(
    "lie", ["origin", "host", "screen lock", "challenge", "stranger's challenge", "attestation", "key"]
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_forged_passkey_is_not_kept(browser_of: Browsers, db: Database, world: World, lie: str) -> None:
    browser, phone, challenge = browser_of("rowan"), Authenticator(), ""
    options = asked(browser, "/passkeys/options")
    match lie:
        case "origin":
            phone.origin = "https://localhost:8700"
        case "host":
            phone.host = "example.org"
        case "screen lock":
            phone.flags = PRESENT
        case "challenge":
            challenge = b64u(b"x" * 32)
        case "stranger's challenge":
            challenge = asked(browser_of("tamsin"), "/passkeys/options")["challenge"]
    body = phone.make(options, challenge=challenge)
    if lie == "attestation":
        body["response"]["attestationObject"] = b64u(b"\xa0")
    if lie == "key":
        body["response"]["attestationObject"] = b64u(from_b64u(body["response"]["attestationObject"])[:-40])

    answer = browser.post("/passkeys", json=body, headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("Your phone did not make a passkey")
    assert passkeys(db) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nonsense_of_every_kind_is_refused_and_never_breaks_the_server(browser_of: Browsers, rowan: Browser) -> None:
    browser = browser_of()
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for nonsense in ("AAAA", "e30", "W10", "bnVsbA", "A" * 19_999, "%", "\x00", 7, None, {}):
            body = Authenticator().sign(asked(browser, "/sign-in/passkey/options"))
            body["response"][part] = nonsense
            assert browser.post("/sign-in/passkey", json=body, headers=JSON).status_code in {422, 429}
    for part in ("clientDataJSON", "attestationObject", "transports"):
        for nonsense in (
            "AAAA",
            "e30",
            "oA",
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUEA",
            "%",
            "\x00",
            7,
            None,
            {},
            ["x" * 99],
        ):
            body = Authenticator().make(asked(rowan, "/passkeys/options"))
            body["response"][part] = nonsense
            assert rowan.post("/passkeys", json=body, headers=JSON).status_code == 422, (part, nonsense)
    for other in ({}, [], {"id": "a"}):
        assert rowan.post("/passkeys", json=other, headers=JSON).status_code == 422


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_prf_answers_may_not_even_be_sent(browser_of: Browsers) -> None:
    browser = browser_of("rowan")
    body = Authenticator().make(asked(browser, "/passkeys/options"))

    answer = browser.post(
        "/passkeys", json={**body, "clientExtensionResults": {"prf": {"results": {"first": "x"}}}}, headers=JSON
    )

    assert answer.status_code == 422


@pytest.mark.asvs("7.5.1")
def test_passkeys_are_made_and_removed_only_right_after_signing_in(
    db: Database, rowan: Browser, clock: Clock, phone: Authenticator
) -> None:
    options = asked(rowan, "/passkeys/options")
    clock.move(minutes=5)
    [row] = passkeys(db)

    assert "Sign in again" in text_of(rowan.get("/passkeys"))
    assert rowan.post("/passkeys/options", json={}, headers=JSON).status_code == 403
    assert rowan.post("/passkeys", json=Authenticator().make(options), headers=JSON).status_code in {403, 422}
    assert rowan.post(f"/passkeys/{row.id}/remove").status_code == 403
    assert len(passkeys(db)) == 1
    assert sign_in(rowan, phone).status_code == 200
    assert make(rowan, Authenticator()).status_code == 200
    assert rowan.post(f"/passkeys/{row.id}/remove").status_code == 303


@pytest.mark.asvs("6.5.6")
@pytest.mark.asvs("6.3.7")
def test_a_removed_passkey_opens_nothing_and_its_person_hears_of_it(
    db: Database, browser_of: Browsers, rowan: Browser, phone: Authenticator
) -> None:
    [row] = passkeys(db)
    make(rowan, Authenticator())
    lost = browser_of()
    assert sign_in(lost, phone).status_code == 200

    assert rowan.post(f"/passkeys/{row.id}/remove").headers["location"] == "/passkeys"

    assert lost.get("/api/v1/oncall", headers=JSON).status_code == 401
    assert rowan.get("/more").status_code == 200
    assert sign_in(browser_of(), phone).status_code == 422
    with db.reading() as session:
        assert told(session) == ["passkey_added", "passkey_added", "passkey_removed"]
        acts = {event.act for event in session.exec(select(AuditEvent))}
    assert {"passkey.added", "passkey.removed"} <= acts


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_password_without_codes_is_no_other_way_to_sign_in(db: Database, rowan: Browser) -> None:
    [row] = passkeys(db)

    assert rowan.post(f"/passkeys/{row.id}/remove").status_code == 422


def test_the_last_way_to_sign_in_cannot_be_removed(
    db: Database, browser_of: Browsers, world: World, phone: Authenticator
) -> None:
    browser = entered(browser_of, invited(browser_of, world))
    make(browser, phone, "/join/passkey")
    [row] = passkeys(db)

    answer = browser.post(f"/passkeys/{row.id}/remove")

    assert answer.status_code == 422
    assert "This is your only way to sign in." in text_of(answer)
    assert make(browser, Authenticator()).status_code == 200
    assert browser.post(f"/passkeys/{row.id}/remove").status_code == 303
    assert len(passkeys(db)) == 1


@pytest.mark.asvs("8.2.2")
def test_nobody_names_or_removes_anothers_passkey(db: Database, browser_of: Browsers, rowan: Browser) -> None:
    [row] = passkeys(db)
    tamsin = browser_of("tamsin")

    assert tamsin.post(f"/passkeys/{row.id}/name", data={"label": "mine"}).status_code == 404
    assert tamsin.post(f"/passkeys/{row.id}/remove").status_code == 404
    assert rowan.post(f"/passkeys/{row.id}/name", data={"label": "Work phone"}).status_code == 303
    assert rowan.post(f"/passkeys/{row.id}/name", data={"label": " "}).status_code == 422
    assert [one.label for one in passkeys(db)] == ["Work phone"]


@pytest.mark.asvs("7.4.2")
def test_a_disabled_person_gets_in_with_no_passkey(
    db: Database, browser_of: Browsers, world: World, rowan: Browser, phone: Authenticator, clock: Clock
) -> None:
    with db.transaction() as session:
        row = session.get_one(Account, world.accounts["rowan"])
        row.disabled_at = clock.moment
        session.add(row)

    assert sign_in(browser_of(), phone).status_code == 422


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_synced_passkey_that_does_not_count_signs_in_again_and_again(
    browser_of: Browsers, phone: Authenticator
) -> None:
    phone.counts = False
    make(browser_of("rowan"), phone)

    assert [sign_in(browser_of(), phone).status_code for _try in range(3)] == [200, 200, 200]


def test_the_same_passkey_is_kept_once(
    db: Database, browser_of: Browsers, rowan: Browser, phone: Authenticator
) -> None:
    assert make(rowan, phone).status_code == 422
    assert make(browser_of("tamsin"), phone).status_code == 422
    assert len(passkeys(db)) == 1


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "/\\example.com", "javascript:x"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_after_a_passkey_nobody_is_sent_to_another_site(
    browser_of: Browsers, rowan: Browser, phone: Authenticator, elsewhere: str
) -> None:
    assert sign_in(browser_of(), phone, next=elsewhere).json() == {"next": "/today"}


@pytest.mark.asvs("6.3.1")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_wrong_answers_slow_down_whoever_sends_them(
    browser_of: Browsers, rowan: Browser, phone: Authenticator, clock: Clock
) -> None:
    browser = browser_of()
    for _try in range(5):
        assert sign_in(browser, phone, challenge=b64u(b"x" * 32)).status_code == 422

    assert sign_in(browser, phone).status_code == 429
    clock.move(seconds=16)
    assert sign_in(browser, phone).status_code == 200


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_only_ever_asks_for_challenges_is_told_to_wait(browser_of: Browsers) -> None:
    browser = browser_of()

    codes = [browser.post("/sign-in/passkey/options", json={}, headers=JSON).status_code for _try in range(301)]

    assert codes == [200] * 300 + [429]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_password_with_codes_stays_beside_a_passkey(browser_of: Browsers, rowan: Browser, clock: Clock) -> None:
    rowan.post("/codes/new")
    app = App(rowan.get("/codes/new"))
    assert type_code(rowan, app.code(clock.moment), "/codes").status_code == 303
    clock.move(minutes=1)

    browser = browser_of()
    browser.type_password("rowan@example.org")

    assert type_code(browser, app.code(clock.moment)).status_code == 303
