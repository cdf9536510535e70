"""The on-call line as a contact: a number that rings, in the person's language, and nobody's own data."""

from collections.abc import Callable

import pytest

from porchlight.oncall.card import contact_card
from tests.browsing import Browser
from tests.world import World

Browsers = Callable[..., Browser]


def unfolded(card: bytes) -> list[str]:
    assert card.endswith(b"\r\n")
    return card.decode().replace("\r\n ", "").strip().split("\r\n")


def test_the_card_holds_the_line_of_the_agency_and_no_person(browser_of: Browsers, world: World) -> None:
    answer = browser_of("rowan").get("/oncall/card.vcf")

    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="on-call.vcf"'
    assert unfolded(answer.content) == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "FN:Porchlight on-call",
        "N:Porchlight on-call;;;;",
        "ORG:Alder County",
        "TEL;TYPE=WORK,VOICE:+15550100",
        "END:VCARD",
    ]


def test_it_is_named_in_the_persons_language(browser_of: Browsers) -> None:
    browser = browser_of("rowan")
    browser.client.cookies.set("locale", "es")

    name = unfolded(browser.get("/oncall/card.vcf").content)[2]

    assert name.startswith("FN:")
    assert name != "FN:Porchlight on-call"


def test_whoever_works_where_no_line_is_gets_the_agencys(browser_of: Browsers) -> None:
    assert b"TEL;TYPE=WORK,VOICE:+15550100\r\n" in browser_of("corin").get("/oncall/card.vcf").content


def test_signed_out_there_is_no_card(browser_of: Browsers) -> None:
    assert browser_of(Accept="application/json").get("/oncall/card.vcf").status_code == 401


@pytest.mark.parametrize("length", range(60, 90))
def test_a_long_name_is_folded_between_characters_and_stays_the_same(length: int) -> None:
    name = "ñ" * (length // 2) + "a" * (length % 2)

    card = contact_card(name, "Alder, County; North\nEast\\", ["+15550100", ""])

    assert max(len(line) for line in card.split(b"\r\n")) <= 75
    assert unfolded(card)[2] == f"FN:{name}"
    assert unfolded(card)[4] == "ORG:Alder\\, County\\; North\\nEast\\\\"
    assert card.count(b"TEL") == 1
