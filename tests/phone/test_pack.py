"""The offline pack: the pages of one's own caseload, each as its own address serves it, and nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest

from porchlight.core.db import Database
from porchlight.core.keys import sha256
from tests.browsing import Browser
from tests.clocks import Clock
from tests.phone.fake_phone import Phone, Send
from tests.phone.test_deposit import column
from tests.phone.test_held import unassign
from tests.world import World


def ask(browser: Browser, have: dict[str, str] | None = None) -> dict[str, Any]:
    answer = browser.post("/offline/pack", json={"have": have or {}}, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    pack: dict[str, Any] = answer.json()
    return pack


def etags(pack: dict[str, Any]) -> dict[str, str]:
    return {page["url"]: page["etag"] for page in pack["pages"]}


@pytest.fixture
def rowan(browser_of: Callable[..., Browser]) -> Browser:
    return browser_of("rowan")


def test_the_pack_holds_the_day_the_families_and_a_form_for_each(world: World, rowan: Browser) -> None:
    pack = ask(rowan)

    urls = set(etags(pack))
    case = f"/cases/{world.case}"
    assert urls >= {"/today", "/families", "/help", "/phone", "/oncall", "/more", case, f"{case}/visits/new"}
    assert urls >= {f"/people/{child}" for child in world.children}
    assert pack["person"] == str(world.accounts["rowan"])
    assert pack["as_of"] == "2026-11-23T18:00:00.000Z"
    assert pack["total"] == len(urls)
    assert pack["gone"] == []


@pytest.mark.asvs("8.2.2")
def test_nothing_of_another_persons_caseload_is_in_it(world: World, rowan: Browser) -> None:
    pack = ask(rowan)

    everything = "".join(page["url"] + page["body"] for page in pack["pages"])
    assert str(world.other_case) not in everything
    assert str(world.other_child) not in everything
    assert "Jolie" not in everything
    assert "Sandoval" not in everything
    assert "Quintrell" in everything


@pytest.mark.asvs("3.4.3")
def test_each_page_has_its_own_nonce_and_the_headers_of_its_address(rowan: Browser) -> None:
    pack = ask(rowan)

    nonces = [page["nonce"] for page in pack["pages"]]
    assert len(set(nonces)) == len(nonces)
    for page in pack["pages"]:
        assert f"script-src 'nonce-{page['nonce']}'" in page["headers"]["content-security-policy"]
        assert page["nonce"] in page["body"]
        assert not any(other in page["body"] for other in nonces if other != page["nonce"])
        assert page["headers"]["x-page-person"] == pack["person"]
        assert page["headers"]["x-content-type-options"] == "nosniff"
        assert page["headers"]["content-type"].startswith("text/html")
        assert page["etag"] == sha256(page["body"].replace(page["nonce"], "").encode())


def test_a_page_in_the_pack_is_the_page_at_its_address(world: World, rowan: Browser) -> None:
    pack = {page["url"]: page for page in ask(rowan)["pages"]}

    for url in ("/today", "/families", f"/cases/{world.case}", f"/people/{world.children[0]}", "/oncall"):
        served = rowan.get(url)
        csp = served.headers["content-security-policy"]
        nonce = csp.split("'nonce-")[1].split("'")[0]
        kept = pack[url]
        assert served.text.replace(nonce, "") == kept["body"].replace(kept["nonce"], ""), url
        assert served.headers["x-page-person"] == kept["headers"]["x-page-person"]
        assert csp.replace(nonce, "") == kept["headers"]["content-security-policy"].replace(kept["nonce"], "")


def test_a_phone_that_has_everything_gets_nothing_again(rowan: Browser) -> None:
    first = ask(rowan)

    second = ask(rowan, etags(first))

    assert second["pages"] == []
    assert second["gone"] == []
    assert second["total"] == first["total"]


def test_only_what_changed_comes_again(world: World, rowan: Browser, phone: Phone, send: Send) -> None:
    first = ask(rowan)
    phone.deposit(send, phone.visit(world))

    second = ask(rowan, etags(first))

    changed = set(etags(second))
    assert f"/people/{world.children[0]}" in changed
    assert "/help" not in changed
    assert f"/cases/{world.case}/visits/new" not in changed


@pytest.mark.asvs("8.3.2")
def test_when_a_case_leaves_the_caseload_its_pages_leave_the_phone(
    db: Database, world: World, rowan: Browser, clock: Clock
) -> None:
    first = ask(rowan)
    unassign(db, world, clock.moment)

    second = ask(rowan, etags(first))

    assert f"/cases/{world.case}" in second["gone"]
    assert f"/cases/{world.case}/visits/new" in second["gone"]
    assert f"/people/{world.children[0]}" in second["gone"]
    assert "Quintrell" not in "".join(page["body"] for page in second["pages"])


@pytest.mark.parametrize("name", ["rowan", "priya", "mara", "lee", "corin", "odell", "sunniva"])
def test_every_role_gets_a_pack_that_names_its_person(
    name: str, world: World, browser_of: Callable[..., Browser]
) -> None:
    pack = ask(browser_of(name))

    assert pack["person"] == str(world.accounts[name])
    assert {page["headers"]["x-page-person"] for page in pack["pages"]} == {pack["person"]}
    assert {"/today", "/help"} <= set(etags(pack))


def test_it_comes_in_the_readers_language(rowan: Browser) -> None:
    english = etags(ask(rowan))
    rowan.client.cookies.set("locale", "es")

    spanish = ask(rowan, english)

    assert len(spanish["pages"]) == len(english)
    assert all('lang="es"' in page["body"] for page in spanish["pages"])


@pytest.mark.asvs("16.3.2")
def test_taking_the_pack_leaves_its_rows(db: Database, rowan: Browser) -> None:
    ask(rowan)

    acts = column(db, "SELECT act FROM audit_events")
    assert acts.count("pack.given") == 1
    assert len(acts) > 3


def test_signed_out_there_is_no_pack(browser_of: Callable[..., Browser]) -> None:
    answer = browser_of().post("/offline/pack", json={"have": {}}, headers={"Accept": "application/json"})

    assert answer.status_code == 401


def test_it_goes_over_the_line_small(rowan: Browser) -> None:
    headers = {"Accept": "application/json"}

    small = rowan.post("/offline/pack", json={"have": {}}, headers={**headers, "Accept-Encoding": "gzip"})
    plain = rowan.post("/offline/pack", json={"have": {}}, headers={**headers, "Accept-Encoding": "identity"})

    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert small.num_bytes_downloaded * 4 < plain.num_bytes_downloaded
    assert etags(small.json()) == etags(plain.json())


@pytest.mark.parametrize("body", [{"have": []}, {"have": {"/today": 1}}, {"want": {}}, []])
def test_a_request_that_makes_no_sense_is_refused(body: object, rowan: Browser) -> None:
    assert rowan.post("/offline/pack", json=body, headers={"Accept": "application/json"}).status_code in {400, 422}
