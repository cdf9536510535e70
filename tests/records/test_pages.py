"""The pages of whoever keeps the records."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from porchlight.cases.models import Case, Person
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.people.models import Account, AccountRole
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.records.test_erasing import LONG_AGO
from tests.world import PASSWORD_HASH, World


@pytest.fixture
def keeping(db: Database, world: World) -> None:
    with db.transaction() as session:
        for name in ("cuno", "brita"):
            account = Account(
                organization_id=world.agency,
                email=f"{name}@example.org",
                name=name.title(),
                password_hash=PASSWORD_HASH,
            )
            session.add(account)
            session.flush()
            session.add(AccountRole(account_id=account.id, role="custodian"))
        session.get_one(Case, world.case).closed_on = LONG_AGO
        for child in world.children:
            session.get_one(Person, child).born_on = LONG_AGO.replace(year=1990)


def erasure_of(page: str) -> str:
    return page.split('name="erasure_id" value="')[1].split('"', maxsplit=1)[0]


@pytest.mark.usefixtures("keeping")
def test_two_people_erase_a_file_that_is_due(browser_of: Callable[..., Browser], world: World, db: Database) -> None:
    cuno, brita = browser_of("cuno"), browser_of("brita")
    path = f"/records/{world.case}"
    assert "Quintrell" in text_of(cuno.get("/records"))
    page = cuno.get(path)
    assert "It cannot be undone" in page.text

    assert cuno.post(f"{path}/ask", data={"erasure_id": erasure_of(page.text)}).status_code == 303
    asked = brita.get(path)
    assert "Cuno asked to erase this file" in text_of(asked)
    assert cuno.post(f"{path}/erase", data={"erasure_id": erasure_of(asked.text)}).status_code == 422
    assert brita.post(f"{path}/erase", data={"erasure_id": erasure_of(asked.text)}).status_code == 303

    after = text_of(brita.get(path)) + text_of(brita.get("/records"))
    assert "Quintrell" not in after
    assert "Cuno asked, Brita confirmed" in after


@pytest.mark.usefixtures("keeping")
def test_a_hold_is_laid_with_a_reason_and_nothing_typed_is_lost(
    browser_of: Callable[..., Browser], world: World
) -> None:
    cuno = browser_of("cuno")
    path, hold_id = f"/records/{world.other_case}", str(new_id())

    wrong = cuno.post(f"{path}/hold", data={"hold_id": hold_id, "reason": "Lawsuit of 2026", "until": "2001-01-01"})
    assert wrong.status_code == 422
    assert "Lawsuit of 2026" in wrong.text
    assert (
        cuno.post(f"{path}/hold", data={"hold_id": hold_id, "reason": "Lawsuit of 2026", "until": ""}).status_code
        == 303
    )

    assert "Lawsuit of 2026" in text_of(cuno.get(path))
    assert "Sandoval-Pryce" in text_of(cuno.get("/records"))
    assert cuno.post(f"{path}/end-hold", data={"hold_id": hold_id, "why": "Settled"}).status_code == 303
    assert "Lawsuit of 2026" not in text_of(cuno.get(path))


@pytest.mark.usefixtures("keeping")
def test_nobody_else_finds_these_pages(browser_of: Callable[..., Browser], world: World) -> None:
    priya = browser_of("priya")

    assert priya.get("/records").status_code == 404
    assert priya.get(f"/records/{world.case}").status_code == 404
    assert priya.post(f"/records/{world.case}/ask", data={"erasure_id": str(UUID(int=7))}).status_code == 404


@pytest.mark.usefixtures("keeping")
def test_whoever_keeps_records_opens_no_file(browser_of: Callable[..., Browser], world: World, clock: Clock) -> None:
    cuno = browser_of("cuno")

    for path in ("/families", f"/families/{world.case}", f"/people/{world.children[0]}"):
        assert "Trains and rain" not in cuno.get(path).text


@pytest.mark.asvs("14.2.7")
@pytest.mark.usefixtures("keeping")
def test_a_phone_that_still_holds_the_family_gets_pages_without_a_word_of_them(
    browser_of: Callable[..., Browser], world: World
) -> None:
    rowan, cuno, brita = browser_of("rowan"), browser_of("cuno"), browser_of("brita")

    def packed(have: dict[str, str]) -> dict[str, Any]:
        answer = rowan.post("/offline/pack", json={"have": have}, headers={"Accept": "application/json"})
        assert answer.status_code == 200
        pack: dict[str, Any] = answer.json()
        return pack

    before = packed({})
    child = f"/people/{world.children[0]}"
    assert "Trains and rain" in "".join(page["body"] for page in before["pages"])
    path = f"/records/{world.case}"
    cuno.post(f"{path}/ask", data={"erasure_id": erasure_of(cuno.get(path).text)})
    brita.post(f"{path}/erase", data={"erasure_id": erasure_of(brita.get(path).text)})

    after = packed({page["url"]: page["etag"] for page in before["pages"]})

    everything = "".join(page["body"] for page in after["pages"])
    assert child in {page["url"] for page in after["pages"]} | set(after["gone"])
    for word in ("Trains and rain", "Quintrell", "Gideon", "Hester"):
        assert word not in everything
