"""What a phone held when a release came is still there afterwards, and is still sent."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pwa.porch import PWA, ROWAN, Porch
from tests.pwa.releasing import FOLDER, intake_of, load, released, version_now
from tests.pwa.test_outbox import Desk

VERSIONS = sorted(int(file.stem.split("-")[1]) for file in FOLDER.glob("outbox-*.json"))


@pytest.fixture
def desk(porch: Porch, browser: Browser) -> Iterator[Desk]:
    """A bare page on a phone where Porchlight has never been."""
    porch.person = ROWAN
    with browser.new_context(locale="en-US") as context:
        one = Desk(context.new_page())
        one.page.goto(f"{porch.url}/bare")
        yield one


def of_a_later_release(folder: Path) -> Path:
    """Today's store with one version more, which adds a store of its own."""
    version = version_now()
    source = (PWA / "shared" / "store.js").read_text()
    later = source.replace(f"version: {version},", f"version: {version + 1},", 1)
    later = re.sub(
        r"(upgrade\(db, from\) \{)", rf"\1 if (from < {version + 1}) db.createObjectStore('later');", later, count=1
    )
    assert later.count("later") == source.count("later") + 1
    file = folder / "store.js"
    file.write_text(later)
    return file


def test_every_version_of_the_outbox_is_kept_as_a_fixture_with_20_items() -> None:
    assert list(range(1, version_now() + 1)) == VERSIONS
    assert {len(released(version)["stores"]["items"]["rows"]) for version in VERSIONS} == {20}


@pytest.mark.parametrize("code", ["today's", "a later one's"])
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.fault(18, shows="20 of 20 from each released outbox")
def test_an_outbox_of_any_release_opens_and_sends_all_20_items(
    version: int, code: str, desk: Desk, porch: Porch, tmp_path: Path
) -> None:
    fixture = released(version)
    porch.intake = intake_of(fixture)
    if code == "a later one's":
        porch.files["/shared/store.js"] = of_a_later_release(tmp_path)
    load(desk.page, fixture)

    before = desk.run("return (await listItems(person)).length")
    left = desk.run("return sendAll()")

    assert (before, left) == (20, 0)
    assert sorted(one.said["seq"] for one in porch.intake.arrived.values()) == list(range(1, 21))
    assert desk.run("return [(await all('receipts')).length, (await all('parts')).length]") == [20, 0]
    assert desk.run("return (await deviceOf(person)).next_seq") == 21
    assert desk.run("return all('drafts').then((rows) => rows.map(({ key }) => key))") == ["/cases/0/visits/new"]
