"""Every way in stands in one table: what each address takes from somebody unknown, and what it opens (ASVS 6.3.4)."""

import ast
import hashlib
import re
import time
from collections.abc import Callable
from statistics import NormalDist

import pytest
from litestar import Litestar

from porchlight.core.db import Database
from porchlight.people import passwords, rules, service
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.house.tree import BACKEND, under
from tests.people.authenticator_app import set_up
from tests.world import PASSWORD, World

Browsers = Callable[..., Browser]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

# Where a session begins, and what somebody has shown by then. Each is the name of a function of a controller.
SESSIONS = {
    ("people/controllers/signing_in.py", "after_password"): "in the demo alone: its printed password",
    ("people/controllers/signing_in.py", "sign_in_demo"): "in the demo alone: nothing",
    ("people/controllers/passkeys.py", "sign_in"): "a passkey, behind the lock of its phone",
    ("people/controllers/passkeys.py", "join"): "a code that a supervisor told, once, and a new passkey",
    ("people/second/controllers.py", "finish"): "a password, and a code of an authenticator app",
    ("people/agency/controllers.py", "_let_in"): "the agency's own sign-in",
}
# What is taken from somebody unknown, and what comes of it. No row: nothing is taken.
OPEN = {
    "POST /sign-in": "a password: the page for the code",
    "POST /sign-in/code": "half a sign-in and a code: a session",
    "POST /sign-in/passkey": "a passkey: a session",
    "POST /sign-in/passkey/options": "a question for a passkey",
    "POST /sign-in/demo": "in the demo: a session",
    "GET /sign-in/agency/back": "the agency's word, for the browser that asked: a session",
    "POST /hooks/agency/logout": "the agency's signed word: sessions end",
    "POST /hooks/sns": "Amazon's signed word: what became of a text, and answers to one",
    "POST /join": "a code: the choice of how to sign in",
    "POST /join/password": "that choice: a password, and the page for the code",
    "POST /join/passkey": "that choice: a passkey and a session",
    "POST /join/passkey/options": "a question for a new passkey",
    "POST /set-up/{token:str}": "the address that a start has printed, once: the first account's choice",
    "POST /language": "a language",
    "POST /help": "words of a crisis: a page with numbers to ring",
    "POST /api/v1/crises": "a phone's signature: a crisis",
    "POST /api/v1/deliveries/{what:str}": "an alert's own token: shown, opened, taken",
    "POST /api/v1/deposits": "a phone's signature: what it saved",
    "POST /api/v1/devices/{device_id:uuid}/clear": "a phone's signature: that it is to forget",
    "POST /api/v1/devices/{device_id:uuid}/wiped": "a phone's signature: that it has forgotten",
    "PUT /media/incoming/{op_id:uuid}/{part:int}": "a ticket that a phone was given: one part of a photo",
    "POST /api/v1/door/answers": "a ticket that a phone has signed: one answer to one visit",
    "POST /api/v1/door/look": "a ticket that a phone has signed: one visit's summary",
    "POST /door": "ten letters: one visit's summary",
    "POST /v/{token:str}/again": "a link: another link, to the address that is known",
    "POST /v/{token:str}/confirm": "a link: one answer to one visit",
    "POST /v/{token:str}/different": "a link: one answer to one visit",
    "POST /v/{token:str}/stop": "a link: no more messages",
}
# Readings that change something.
CHANGING = {"GET /sign-in/agency/back"}


def open_addresses(app: Litestar) -> set[str]:
    found = set()
    for route in app.routes:
        for method, (handler, *_rest) in getattr(route, "route_handler_map", {}).items():
            if handler.opt.get("open") and method not in {"OPTIONS", "HEAD"}:
                found.add(f"{method} {route.path}")
    return found


@pytest.mark.asvs("6.3.4")
def test_what_is_taken_from_somebody_unknown_stands_in_the_table_and_nothing_else(routes: Litestar) -> None:
    found = open_addresses(routes)

    assert {one for one in found if not one.startswith("GET ")} | CHANGING == set(OPEN)
    assert found >= CHANGING


@pytest.mark.asvs("6.3.4")
def test_a_session_begins_only_where_the_table_says_so() -> None:
    found = set()
    for file in under("backend", ".py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and re.search(r"\bentering\.begin\(", ast.unparse(node)):
                found.add((file.relative_to(BACKEND).as_posix(), node.name))

    assert found == set(SESSIONS)


@pytest.mark.asvs("6.3.4")
@pytest.mark.parametrize(
    ("call", "where"),
    [
        (r"\bservice\.sign_in\(", {"people/sessions/service.py"}),
        (r"\bsessions\.begin\(", {"people/controllers/entering.py"}),
        (r"session_cookie\([\w.]+, \w*[a-z]", {"people/controllers/entering.py"}),
    ],
)
def test_no_other_road_leads_to_a_session(call: str, where: set[str]) -> None:
    found = {
        file.relative_to(BACKEND).as_posix() for file in under("backend", ".py") if re.search(call, file.read_text())
    }

    assert found == where


def faces(browser_of: Browsers, email: str) -> tuple[int, int, str, tuple[str, ...]]:
    answer = browser_of().type_password(email, "not it")
    body = re.sub(r'nonce="[^"]+"', "", answer.text.replace(email, "?"))
    names = tuple(sorted(name for name in answer.headers if name != "content-security-policy"))
    return answer.status_code, len(body), hashlib.sha256(body.encode()).hexdigest(), names


@pytest.mark.asvs("6.3.8")
@SQLITE
def test_known_and_unknown_passkey_only_and_gone_people_look_the_same(
    browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    from porchlight.people.models import Account

    with db.transaction() as session:
        session.get_one(Account, world.accounts["tamsin"]).password_hash = ""
        session.get_one(Account, world.accounts["joss"]).disabled_at = clock.moment
    names = ("rowan", "tamsin", "joss", "nobody")

    found = {faces(browser_of, f"{name}@example.org") for name in names}

    assert len(found) == 1


def p_value(first: list[float], second: list[float]) -> float:
    """That both come from the same (Mann and Whitney, normal approximation without ties)."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    rank = sum(place for place, (_value, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(first), len(second)
    spread = (n * m * (n + m + 1) / 12) ** 0.5
    z = (rank - n * (n + m + 1) / 2) / spread
    return 2 * (1 - NormalDist().cdf(abs(z)))


def timed(hashed: str) -> float:
    began = time.perf_counter()
    passwords.fits(hashed, "not it")
    return time.perf_counter() - began


@pytest.mark.asvs("6.3.8")
def test_nobody_costs_as_much_work_as_somebody() -> None:
    """A small form of the two thousand below: whoever is unknown is checked against a hash of the same making."""
    known = passwords.make_hash("lantern by the door")
    timed(""), timed(known)

    ratio = sorted(timed("") for _ in range(9))[4] / sorted(timed(known) for _ in range(9))[4]

    assert 0.5 < ratio < 2


@pytest.mark.soak
@pytest.mark.alone
@pytest.mark.asvs("6.3.8")
@SQLITE
def test_two_thousand_tries_do_not_tell_known_from_unknown(
    browser_of: Browsers, db: Database, world: World, clock: Clock
) -> None:
    from porchlight.people.models import Account

    hashed = passwords.make_hash(PASSWORD)
    with db.transaction() as session:
        session.get_one(Account, world.accounts["rowan"]).password_hash = hashed
    browser, took = browser_of(), {"rowan@example.org": [], "nobody@example.org": []}  # type: ignore[var-annotated]
    for _try in range(1000):
        for email, seconds in took.items():
            began = time.perf_counter()
            assert browser.type_password(email, "not it").status_code == 422
            seconds.append(time.perf_counter() - began)
        clock.move(minutes=15)  # so that nobody has to wait

    assert p_value(*took.values()) > 0.01


def test_the_measure_tells_a_difference_where_there_is_one() -> None:
    same = [float(n % 97) + n / 1e6 for n in range(500)]

    assert p_value(same, [one + 1e-9 for one in same]) > 0.01
    assert p_value(same, [one + 12 for one in same]) < 0.01


def fail(db: Database, clock: Clock, count: int, address: str, account: str = "") -> None:
    with db.transaction() as session:
        for number in range(count):
            service.note_failure(session, account_key=account or f"k{number}", address=address, now=clock.moment)


@pytest.mark.asvs("6.1.1")
@pytest.mark.asvs("6.3.1")
@pytest.mark.parametrize(("tries", "status"), [(49, 303), (50, 429)])
def test_fifty_failures_in_a_quarter_of_an_hour_slow_an_address_down(
    db: Database, browser_of: Browsers, world: World, clock: Clock, tries: int, status: int
) -> None:
    fail(db, clock, tries, "testclient")

    assert browser_of().type_password("rowan@example.org").status_code == status
    clock.move(minutes=15)
    assert browser_of().type_password("rowan@example.org").status_code == 303


@pytest.mark.asvs("6.1.1")
@pytest.mark.asvs("6.3.1")
def test_the_wait_grows_and_ends_and_the_right_password_always_gets_in_after_it(
    browser_of: Browsers, clock: Clock
) -> None:
    browser, waits = browser_of(), []
    for _try in range(4):
        assert browser.type_password("rowan@example.org", "not it").status_code == 422
    for _try in range(6):
        assert browser.type_password("rowan@example.org", "not it").status_code == 422
        said = re.search(r"Wait (\d+) seconds", text_of(browser.type_password("rowan@example.org")))
        assert said
        waits.append(int(said[1]))
        clock.move(seconds=waits[-1])

    assert waits[:4] == [15, 30, 60, 120]
    assert max(waits) == rules.LONGEST
    set_up(browser, clock, browser.type_password("rowan@example.org"))
