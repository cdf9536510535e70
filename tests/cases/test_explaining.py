"""Why can I not see this? A page of plain words that never says whether something is there."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from porchlight.cases.explaining.views import WHATS
from tests.browsing import Browser, text_of
from tests.world import World

Browsers = Callable[..., Browser]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.mark.asvs("8.2.2")
def test_a_page_that_is_not_theirs_and_one_that_is_not_there_lead_to_the_same_words(
    world: World, browser_of: Browsers
) -> None:
    tamsin = browser_of("tamsin")

    found = [tamsin.get(f"/cases/{one}") for one in (world.case, uuid4())]

    assert [one.status_code for one in found] == [404, 404]
    assert text_of(found[0]) == text_of(found[1])
    assert 'href="/why?what=page"' in found[0].text


def test_whoever_is_signed_out_is_led_nowhere(world: World, browser_of: Browsers) -> None:
    assert "/why" not in browser_of().get("/install/nothing").text


@pytest.mark.parametrize("what", WHATS)
def test_it_names_the_supervisor_and_what_to_do_and_no_family(what: str, world: World, browser_of: Browsers) -> None:
    words = text_of(browser_of("tamsin").get(f"/why?what={what}"))

    assert "Call Priya Castellane" in words
    assert ("Emergency access" in words) is (what != "reporter")
    assert not [one for one in ("Quintrell", "Gideon", "Lantern Row") if one in words]


def test_who_may_never_open_a_file_in_an_emergency_is_not_led_there(world: World, browser_of: Browsers) -> None:
    for name in ("sunniva", "corin"):
        assert "/emergency" not in browser_of(name).get("/why?what=address").text


@pytest.mark.asvs("8.2.3")
def test_a_reviewer_is_told_why_there_is_no_address_whether_there_is_one_or_not(
    world: World, browser_of: Browsers
) -> None:
    corin, rowan = browser_of("corin"), browser_of("rowan")
    path = f"/people/{world.children[0]}"

    assert 'href="/why?what=address"' in corin.get(path).text
    assert "/why" not in rowan.get(path).text
