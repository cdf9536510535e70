"""What whoever has an alert may press, over HTTP: handing over in two taps, taking over in one, still on it, giving it back."""

import re
from collections.abc import Callable

import pytest

from porchlight.crises import watching
from porchlight.crises.drills import service as drills
from tests.browsing import Browser, text_of
from tests.crises.night import Night

Browsers = Callable[..., Browser]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def mine(browser: Browser, night: Night) -> str:
    """This person's page of the alert."""
    answer = browser.get(f"/crises/{night.id}/mine")
    assert answer.status_code == 303
    return browser.get(answer.headers["location"]).text


def form_of(html: str) -> dict[str, str]:
    """What the form would send when only its button is pressed."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    chosen = re.search(r'name="to_id" value="([^"]+)"[^>]* checked', html)
    words = re.search(r'<textarea id="words"[^>]*>([^<]*)</textarea>', html)
    assert chosen
    assert words
    return {"handover_id": hidden["handover_id"], "to_id": chosen[1], "words": words[1]}


def asked_next(html: str) -> str:
    """What a page, or an answer to it, asks for next."""
    found = re.search(r'hx-get="(/alerts/[^"]+/now[^"]*)"', html)
    assert found
    return found[1]


def test_a_page_that_is_open_gets_what_its_reader_may_press_since_and_gets_it_once(
    night: Night, browser_of: Browsers
) -> None:
    night.begin()
    lee = browser_of("lee")
    asks = asked_next(mine(lee, night))
    acts = [f"/crises/{night.id}/hand-over", 'value="left"', f"/crises/{night.id}/resolve"]
    assert not [act for act in acts if act in lee.get(asks).text]
    night.take("lee")  # in another tab, or on the other phone

    answer = lee.get(asks).text

    assert [act for act in acts if act in answer] == acts
    again = lee.get(asked_next(answer)).text
    assert "You have it" in again
    assert not [act for act in acts if act in again]


def test_what_its_reader_may_no_longer_press_leaves_an_open_page_and_the_log_stays(
    night: Night, browser_of: Browsers
) -> None:
    night.begin()
    night.take("lee")
    lee = browser_of("lee")
    asks = asked_next(mine(lee, night))
    night.accept("joss", night.offer("lee", "joss"))

    answer = lee.get(asks).text

    assert "hand-over" not in answer
    assert f"/crises/{night.id}/resolve" not in answer
    assert re.search(r'id="alert-over"[^>]* hidden[^>]* hx-swap-oob', answer)
    assert 'id="alert-log"' not in answer


@pytest.mark.duty("S2-10")
def test_a_hand_over_is_two_taps_and_one_and_both_are_shown_to_everybody(night: Night, browser_of: Browsers) -> None:
    night.begin(words="He left after dinner")
    night.work(minutes=5)
    lee, joss, tamsin = browser_of("lee"), browser_of("joss"), browser_of("tamsin")
    night.take("lee")
    night.note("lee", "Police have a description")

    assert f'href="/crises/{night.id}/hand-over"' in mine(lee, night)
    offer = lee.get(f"/crises/{night.id}/hand-over").text
    given = form_of(offer)
    assert given["to_id"] == str(night.world.accounts["joss"])  # who is on call next
    assert "He left after dinner" in given["words"]
    assert "Police have a description" in given["words"]
    assert lee.post(f"/crises/{night.id}/hand-over", data=given).status_code == 303
    night.work()
    assert night.rung()[-1] == "joss"

    assert "Joss Wetherby was asked to take over" in mine(lee, night)
    assert "Joss Wetherby was asked to take over" in text_of(tamsin.get(f"/crises/{night.id}"))
    page = mine(joss, night)
    assert "Lee Marchetti asks you to take over" in page
    action = re.search(r'action="(/crises/handovers/[^"]+/accept)"', page)
    assert action
    assert joss.post(action[1]).status_code == 303

    assert "Joss Wetherby has it" in mine(lee, night)
    assert "You have it" in mine(joss, night)
    assert "What Lee Marchetti handed over" in mine(joss, night)  # it is needed most from now on
    assert '<blockquote class="kept">He left after dinner' in mine(joss, night)
    assert lee.get(f"/crises/{night.id}/hand-over").status_code == 404


def test_the_note_of_a_hand_over_has_the_words_of_chips_too_with_times_as_everywhere(
    night: Night, browser_of: Browsers
) -> None:
    night.begin(words="He left after dinner")
    night.take("lee")
    lee = browser_of("lee")
    lee.post(f"/crises/{night.id}/log", data={"step": "police", "words": "Report number 4711"})

    words = form_of(lee.get(f"/crises/{night.id}/hand-over").text)["words"]

    assert re.search(r"Taken at \d+:\d\d [ap]m\.\n\d+:\d\d [ap]m Report number 4711", words)


def test_the_answer_to_a_nudge_is_one_tap(night: Night, browser_of: Browsers) -> None:
    night.begin()
    night.take("lee")
    lee = browser_of("lee")
    assert "still on it" not in mine(lee, night)
    night.work(minutes=20)
    assert "Are you still on it?" in mine(lee, night)

    assert lee.post(f"/crises/{night.id}/still").status_code == 303
    night.work(minutes=30)

    assert night.holder == "lee"


def test_giving_it_back_is_said_and_somebody_else_cannot(night: Night, browser_of: Browsers) -> None:
    night.begin()
    night.take("lee")
    assert browser_of("joss").post(f"/crises/{night.id}/give-back").status_code == 404
    lee = browser_of("lee")
    assert lee.post(f"/crises/{night.id}/give-back").status_code == 303

    assert night.holder == ""
    assert "gave it back" in mine(lee, night)


def test_what_cannot_be_handed_over_keeps_what_was_typed(night: Night, browser_of: Browsers) -> None:
    night.begin()
    night.take("lee")
    lee = browser_of("lee")
    given = form_of(lee.get(f"/crises/{night.id}/hand-over").text)

    answer = lee.post(
        f"/crises/{night.id}/hand-over",
        data=given | {"to_id": str(night.world.accounts["tamsin"]), "words": "The door code"},
    )

    assert answer.status_code == 422
    assert "The door code" in answer.text


def test_a_supervisor_sees_every_phone_and_reads_of_one_that_failed(night: Night, browser_of: Browsers) -> None:
    priya = browser_of("priya")
    page = priya.get("/crises/drills")
    assert "Not tried yet" in page.text
    lee = str(night.world.accounts["lee"])
    assert priya.post("/crises/drills", data={"account_id": lee}).status_code == 303
    assert "Being tried now" in priya.get("/crises/drills").text
    night.work()
    night.work(minutes=10)

    assert "Did not answer" in priya.get("/crises/drills").text
    assert "Lee Marchetti did not answer the test alert" in priya.get("/alerts/notices").text
    assert browser_of("lee").get("/crises/drills").status_code == 404


def test_the_minute_of_the_engine_asks_at_shift_ends_and_tries_phones(night: Night) -> None:
    """`look_around` is left by the worker's beat, and does not wait for a crisis."""
    night.begin()
    watching.watch(night.tools, "one")
    night.work(minutes=1)
    with night.db.transaction() as session:
        drills.plan(session, now=night.clock.moment)
    assert night.rung() == ["lee"]
