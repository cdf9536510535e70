"""The agency's own sign-in, with a real provider: who is let in, what is not believed, and who is out at once."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from httpx import Response
from litestar import Litestar
from sqlmodel import Session, select

from porchlight.app import furnish
from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.jobs import Job
from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.people import telling
from porchlight.people.agency import jobs, rounds, rules
from porchlight.people.agency.models import AgencyIdentity, AgencySession
from porchlight.people.agency.provider import Provider, ProviderDown
from porchlight.people.agency.rules import NotLetIn, Round
from porchlight.people.models import Account, SignIn
from porchlight.people.phones import service as phones
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.people.agency.conftest import BACK
from tests.people.agency.real import Agency, Hook, Visitor
from tests.world import World

Browsers = Callable[..., Browser]
Visitors = Callable[[], Visitor]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def way_back(browser: Browser, visitor: Visitor, following: str = "/today") -> str:
    """From our door through the provider's, up to the address that leads back."""
    out = browser.get(f"/sign-in/agency?next={following}")
    assert out.status_code == 303, out.text
    return visitor.walk(out.headers["location"], BACK)


def come_back(browser: Browser, address: str) -> Response:
    # As browsers do: the provider's site has sent them here.
    return browser.get(address.removeprefix("http://localhost:8700"), headers={"Sec-Fetch-Site": "cross-site"})


def enter(browser: Browser, visitor: Visitor, following: str = "/today") -> Response:
    return come_back(browser, way_back(browser, visitor, following))


def acts(session: Session) -> list[str]:
    return list(session.exec(select(AuditEvent.act)))


def test_who_is_let_in_at_the_agency_is_in_and_known_by_their_subject_ever_after(
    agency: Agency, browser_of: Browsers, visitor: Visitors, db: Database, world: World
) -> None:
    browser, there = browser_of(), visitor()
    assert "Sign in with Alder County" in text_of(browser.get("/sign-in"))

    answer = enter(browser, there, "/families")

    assert (answer.status_code, answer.headers.get("location")) == (303, "/families"), answer.text
    assert browser.get("/families").status_code == 200
    agency.employs("s-rowan", "another-name@example.org", verified=False)
    assert enter(browser_of(), there).headers["location"] == "/today"
    with db.reading() as session:
        [identity] = session.exec(select(AgencyIdentity)).all()
        assert (identity.account_id, identity.subject) == (world.accounts["rowan"], "s-rowan")
        assert {row.how for row in session.exec(select(SignIn))} == {"agency"}
        assert acts(session).count("person.linked_to_agency") == 1
        told = [job.payload["what"] for job in session.exec(select(Job)) if job.name == telling.TELL]
        assert told == ["agency_linked", "new_browser"]
        assert len(session.exec(select(Account)).all()) == len(world.accounts)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({"sub": "s-stranger", "email": "nobody@example.org"}, "no account here yet"),
        ({"sub": "s-unsure", "email": "rowan@example.org", "verified": False}, "does not vouch"),
        ({"sub": "s-stranger", "email": "gone@example.org"}, "no account here yet"),
    ],
)
@SQLITE
def test_nobody_is_made_and_an_address_counts_only_when_the_agency_vouches_for_it(
    agency: Agency, browser_of: Browsers, visitor: Visitors, db: Database, who: dict[str, Any], words: str
) -> None:
    agency.employs(who["sub"], who["email"], verified=who.get("verified", True))
    browser = browser_of()

    answer = enter(browser, visitor())

    assert answer.status_code == 403
    assert words in text_of(answer)
    assert "I have a join code" in text_of(answer)
    assert "porchlight=" not in answer.headers.get("set-cookie", "")
    with db.reading() as session:
        assert session.exec(select(AgencyIdentity)).all() == []


@SQLITE
def test_who_was_given_the_address_of_one_who_left_is_not_that_person(
    agency: Agency, browser_of: Browsers, visitor: Visitors
) -> None:
    assert enter(browser_of(), visitor()).status_code == 303
    agency.employs("s-stranger", "rowan@example.org")

    assert enter(browser_of(), visitor()).status_code == 403


@SQLITE
def test_whose_access_a_supervisor_has_ended_is_not_let_in_by_the_agency(
    agency: Agency, browser_of: Browsers, visitor: Visitors, db: Database, world: World, clock: Clock
) -> None:
    there = visitor()
    assert enter(browser_of(), there).status_code == 303
    with db.transaction() as session:
        priya = world.actor(session, "priya")
        phones.end_access(session, priya, world.accounts["rowan"], "Works elsewhere", now=clock.moment)

    answer = enter(browser_of(), there)

    assert (answer.status_code, "has ended" in text_of(answer)) == (403, True)


@pytest.mark.parametrize(
    "lie",
    [
        lambda url: url.replace("state=", "state=x"),
        lambda url: url.replace("iss=http", "iss=https"),
        lambda url: url.split("&iss=")[0],
        lambda url: url.split("?")[0] + "?error=access_denied&" + url.split("?")[1].split("&", 1)[1],
        lambda url: url.replace("code=", "code=x"),
        lambda url: url.split("?")[0],
    ],
    ids=["state", "issuer", "no issuer", "denied", "code", "nothing"],
)
@SQLITE
def test_a_way_back_that_was_tampered_with_opens_nothing(
    browser_of: Browsers, visitor: Visitors, agency: Agency, db: Database, lie: Callable[[str], str]
) -> None:
    browser = browser_of()
    address = way_back(browser, visitor())

    answer = come_back(browser, lie(address))

    assert answer.status_code == 403
    assert "porchlight=" not in answer.headers.get("set-cookie", "")
    assert 'action="/sign-in"' in answer.text
    with db.reading() as session:
        assert session.exec(select(SignIn)).all() == []


@pytest.mark.asvs("6.5.1")
def test_a_way_back_is_good_once_and_only_in_the_browser_that_began_it(
    browser_of: Browsers, visitor: Visitors, agency: Agency
) -> None:
    browser, other = browser_of(), browser_of()
    address = way_back(browser, visitor())
    sealed = browser.client.cookies["round"]

    assert come_back(other, address).status_code == 403
    assert come_back(browser, address).status_code == 303
    other.client.cookies.set("round", sealed)
    assert come_back(other, address).status_code == 403
    other.client.cookies.set("round", "1." + "A" * 200)
    assert come_back(other, address).status_code == 403


@pytest.mark.asvs("6.5.5")
@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (601, 403)])
@SQLITE
def test_a_round_takes_ten_minutes_at_most(
    browser_of: Browsers, visitor: Visitors, agency: Agency, clock: Clock, seconds: int, status: int
) -> None:
    clock.move(seconds=-seconds)
    browser = browser_of()
    out = browser.get("/sign-in/agency")
    clock.move(seconds=seconds)

    assert come_back(browser, visitor().walk(out.headers["location"], BACK)).status_code == status


def exchanged(tools: Tools, there: Visitor, clock: Clock, **other: str) -> tuple[str, Round, Provider]:
    """A code of the provider's, and the round and the client that asked for it."""
    client = Provider(replace(tools.settings, **other))  # type: ignore[arg-type]
    one = rounds.begin(tools.settings.oidc_issuer, "/today", fresh=False, now=clock.moment)
    back = httpx.URL(there.walk(client.address(one), BACK))
    return back.params["code"], one, client


@SQLITE
def test_a_code_is_exchanged_once_and_only_with_the_verifier_that_asked_for_it(
    tools: Tools, visitor: Visitors, clock: Clock
) -> None:
    there = visitor()
    code, one, client = exchanged(tools, there, clock)
    assert client.exchange(code, one, clock.moment).claims["sub"] == "s-rowan"

    with pytest.raises(NotLetIn):
        client.exchange(code, one, clock.moment)
    code, one, client = exchanged(tools, there, clock)
    with pytest.raises(NotLetIn):
        client.exchange(code, replace(one, verifier="x" * 43), clock.moment)


@SQLITE
def test_what_an_id_token_does_not_say_right_is_not_believed(tools: Tools, visitor: Visitors, clock: Clock) -> None:
    there = visitor()
    code, one, client = exchanged(tools, there, clock)
    with pytest.raises(NotLetIn):  # another round's nonce
        client.exchange(code, replace(one, nonce="another"), clock.moment)
    code, one, client = exchanged(tools, there, clock)
    said = client._client().fetch_token(
        client._endpoint("token_endpoint"), grant_type="authorization_code", code=code, code_verifier=one.verifier
    )
    token = said["id_token"]
    assert client.read(token, clock.moment, nonce=one.nonce)["sub"] == "s-rowan"

    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "s-tamsin"}).encode()).rstrip(b"=").decode()
    lies = {
        "none": f"{unsigned}.{body}.",
        "none with a signature": f"{unsigned}.{body}.{signature}",
        "claims": f"{head}.{forged}.{signature}",
        "signature": f"{head}.{body}.{signature[:-6]}AAAAAA",
        "empty": "",
    }
    for name, lie in lies.items():
        with pytest.raises(NotLetIn):
            pytest.fail(f"{name}: {client.read(lie, clock.moment)}")
    for late in (timedelta(hours=1, minutes=2), timedelta(days=2)):
        with pytest.raises(NotLetIn):
            client.read(token, clock.moment + late)


@SQLITE
def test_a_token_for_another_client_or_of_another_issuer_is_none_for_us(
    tools: Tools, visitor: Visitors, clock: Clock
) -> None:
    code, one, another = exchanged(tools, visitor(), clock, oidc_client_id="another")
    said = another._client().fetch_token(
        another._endpoint("token_endpoint"), grant_type="authorization_code", code=code, code_verifier=one.verifier
    )

    assert another.read(said["id_token"], clock.moment)["aud"] == "another"
    with pytest.raises(NotLetIn):
        Provider(tools.settings).read(said["id_token"], clock.moment)

    with Agency(BACK) as elsewhere:
        elsewhere.employs("s-rowan", "rowan@example.org")
        there = replace(tools, settings=replace(tools.settings, oidc_issuer=elsewhere.issuer))
        code, one, client = exchanged(there, visitor(), clock)
        said = client._client().fetch_token(
            client._endpoint("token_endpoint"), grant_type="authorization_code", code=code, code_verifier=one.verifier
        )
        with pytest.raises(NotLetIn):
            Provider(tools.settings).read(said["id_token"], clock.moment)


@SQLITE
def test_new_keys_at_the_provider_keep_nobody_out(
    agency: Agency, browser_of: Browsers, visitor: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("porchlight.people.agency.provider.ANEW", 0)
    assert enter(browser_of(), visitor()).status_code == 303

    agency.stop()
    agency.new_keys()
    agency.start()
    agency.tell(next="s-rowan")

    assert enter(browser_of(), visitor()).status_code == 303


@SQLITE
def test_while_the_provider_is_down_the_other_ways_are_offered(agency: Agency, browser_of: Browsers) -> None:
    agency.stop()

    answer = browser_of().get("/sign-in/agency")

    assert answer.status_code == 503
    assert "does not answer" in text_of(answer)
    assert 'action="/sign-in"' in answer.text
    assert "/sign-in/passkey" in answer.text


@pytest.mark.parametrize(
    ("wants", "how", "status"),
    [
        ({}, {}, 303),
        ({"oidc_amr": ("mfa", "otp")}, {"amr": ["pwd", "otp"]}, 303),
        ({"oidc_amr": ("mfa", "otp")}, {"amr": ["pwd"]}, 403),
        ({"oidc_amr": ("mfa",)}, {}, 403),
        ({"oidc_acr": ("urn:alder:two",)}, {"acr": "urn:alder:two"}, 303),
        ({"oidc_acr": ("urn:alder:two",)}, {"acr": "urn:alder:one"}, 403),
    ],
)
@SQLITE
def test_a_second_proof_is_demanded_where_the_installation_says_so(
    agency: Agency, routes: Litestar, tools: Tools, world: World, visitor: Visitors, wants: Any, how: Any, status: int
) -> None:
    agency.employs("s-rowan", "rowan@example.org", **how)
    browser = Browser(furnish(routes, replace(tools, settings=replace(tools.settings, **wants))))

    answer = enter(browser, visitor())

    browser.close()
    assert answer.status_code == status


@pytest.mark.asvs("7.5.1")
@SQLITE
def test_a_session_is_as_fresh_as_the_moment_at_which_the_agency_last_asked(
    agency: Agency, browser_of: Browsers, visitor: Visitors
) -> None:
    agency.tell(clockBack=1200)
    browser, there = browser_of(), visitor()
    assert enter(browser, there).status_code == 303
    assert "sign in once more first" in text_of(browser.get("/passkeys"))

    stale = enter(browser, there)  # signed in already, so the agency must ask again; it says that it did not
    assert stale.status_code == 403
    agency.tell(clockBack=0)
    assert enter(browser, there, "/passkeys").headers["location"] == "/passkeys"
    assert "sign in once more first" not in text_of(browser.get("/passkeys"))


@pytest.mark.asvs("7.4.2")
def test_logging_out_at_the_agency_ends_the_session_here_at_once_and_once(
    agency: Agency, hook: Hook, browser_of: Browsers, visitor: Visitors, clock: Clock
) -> None:
    browser, other, there = browser_of(), browser_of(), visitor()
    assert enter(browser, there).status_code == 303
    assert enter(other, visitor()).status_code == 303  # another session over there
    hook.heard.clear()

    there.log_out(agency.issuer)
    token = hook.token()
    answers = [browser_of().post("/hooks/agency/logout", data={"logout_token": token}) for _twice in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert [one.get("/more").status_code for one in (browser, other)] == [303, 200]
    clock.move(minutes=11)
    assert browser_of().post("/hooks/agency/logout", data={"logout_token": token}).status_code == 400


@SQLITE
def test_a_logout_token_that_is_none_ends_nothing(
    agency: Agency, browser_of: Browsers, visitor: Visitors, tools: Tools, clock: Clock
) -> None:
    there = visitor()
    browser = browser_of()
    assert enter(browser, there).status_code == 303
    code, one, client = exchanged(tools, there, clock)
    said = client._client().fetch_token(
        client._endpoint("token_endpoint"), grant_type="authorization_code", code=code, code_verifier=one.verifier
    )
    body = (
        base64.urlsafe_b64encode(
            json.dumps(
                {
                    "iss": agency.issuer,
                    "aud": "porchlight",
                    "sub": "s-rowan",
                    "iat": clock.moment.timestamp(),
                    "jti": "x",
                    "events": {rules.LOGOUT: {}},
                }
            ).encode()
        )
        .rstrip(b"=")
        .decode()
    )
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"logout+jwt"}').rstrip(b"=").decode()

    for lie in (said["id_token"], f"{unsigned}.{body}.", "", "x.y.z"):
        assert browser_of().post("/hooks/agency/logout", data={"logout_token": lie}).status_code == 400
    assert browser.get("/more").status_code == 200


GOOD: dict[str, Any] = {"sub": "a", "sid": "b", "jti": "c", "events": {rules.LOGOUT: {}}, "iat": 1_800_000_000}


@pytest.mark.parametrize(
    "lie",
    [
        {"events": {}}, {"events": {rules.LOGOUT: "yes"}}, {"events": None}, {"nonce": "x"}, {"jti": ""}, {"jti": None}, {"iat": None},
        {"iat": 1_800_000_000 - 601}, {"iat": 1_800_000_000 + 61}, {"sub": None, "sid": None}, {"sub": 7}, {"sid": ["b"]},
    ],
)  # fmt: skip
def test_each_part_of_a_logout_token_is_looked_at(lie: dict[str, Any]) -> None:
    from datetime import UTC, datetime

    now = datetime.fromtimestamp(1_800_000_000, tz=UTC)
    rules.check_logout(GOOD, now)

    with pytest.raises(NotLetIn):
        rules.check_logout({**GOOD, **lie}, now)


@pytest.mark.parametrize("offline", [True], indirect=False)
@pytest.mark.asvs("7.4.2")
def test_whoever_is_shut_out_at_the_agency_is_out_here_and_what_their_phones_send_is_held_until_they_are_let_in_again(
    agency: Agency,
    browser_of: Browsers,
    visitor: Visitors,
    db: Database,
    tools: Tools,
    world: World,
    clock: Clock,
    offline: bool,
) -> None:
    browser, by_passkey = browser_of(), browser_of("rowan")
    assert enter(browser, visitor()).status_code == 303
    with db.reading() as session:
        [payload] = [job.payload for job in session.exec(select(Job)) if job.name == "people.ask_agency"]
        before = session.exec(select(AgencySession)).one().sealed_token
    jobs.ask(tools, payload)
    assert browser.get("/more").status_code == 200
    with db.reading() as session:  # the token was renewed and is sealed
        row = session.exec(select(AgencySession)).one()
        assert row.sealed_token != before
        assert rounds.unseal(tools.keys, rounds.TOKEN, row.sealed_token)

    agency.tell(gone="s-rowan")
    jobs.ask(tools, payload)

    assert [one.get("/more").status_code for one in (browser, by_passkey)] == [303, 303]
    with db.reading() as session:
        assert people.actor_of(session, world.accounts["rowan"]) is None  # so what comes from their phones is held
        assert "person.access_ended_at_agency" in acts(session)
    agency.employs("s-rowan", "rowan@example.org")
    assert enter(browser_of(), visitor()).status_code == 303
    with db.reading() as session:
        assert people.actor_of(session, world.accounts["rowan"]) is not None


@pytest.mark.parametrize("offline", [True], indirect=False)
@SQLITE
def test_a_provider_that_does_not_answer_shuts_nobody_out_and_is_asked_again(
    agency: Agency, browser_of: Browsers, visitor: Visitors, db: Database, tools: Tools, clock: Clock, offline: bool
) -> None:
    browser = browser_of()
    assert enter(browser, visitor()).status_code == 303
    with db.reading() as session:
        [payload] = [job.payload for job in session.exec(select(Job)) if job.name == "people.ask_agency"]
    agency.stop()

    jobs.ask(tools, payload)

    assert browser.get("/more").status_code == 200
    with db.reading() as session:
        due = [job.due_at - clock.moment for job in session.exec(select(Job)) if job.name == "people.ask_agency"]
        assert due == [rules.ASK_EVERY] * 2


@SQLITE
def test_without_a_sign_in_of_the_agencys_own_there_is_no_such_door(
    routes: Litestar, tools: Tools, world: World
) -> None:
    browser = Browser(furnish(routes, replace(tools, settings=replace(tools.settings, oidc_issuer=""))))

    paths = [
        browser.get("/sign-in/agency"),
        browser.get("/sign-in/agency/back?code=x&state=y"),
        browser.post("/hooks/agency/logout"),
    ]

    assert {one.status_code for one in paths} == {404}
    assert "/sign-in/agency" not in browser.get("/sign-in").text
    browser.close()


@SQLITE
def test_a_provider_that_names_another_issuer_is_not_asked_anything(tools: Tools, agency: Agency) -> None:
    wrong = replace(tools.settings, oidc_issuer=agency.issuer.replace("127.0.0.1", "localhost"))

    with pytest.raises(ProviderDown):
        Provider(wrong).facts()
