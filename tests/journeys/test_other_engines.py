"""The outbox and the draft on engines that are not Chromium: the iPhone's kin, and Firefox. The server is gone meanwhile."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from porchlight.phone.models import Deposit
from porchlight.visits.models import Contact
from tests.engines import Engine, Firefox, WebKit
from tests.journeys import steps
from tests.serving import Serving

FAMILY = "Quintrell"
WORDS = "Nobody opened. The porch light was on."
MORE = " Tried again at noon."
READY = "return document.querySelector('[data-ready-offline]')?.dataset.state === 'ready'"
HEADING = "return [...document.querySelectorAll('h1, h2')].some((one) => one.textContent.trim() === arguments[0] && one.checkVisibility())"
# The page's module has taken the form over, and lets somebody write in it.
OPEN = "const it = document.querySelector('[data-take-photo]'); return Boolean(it) && it.checkVisibility() && !it.closest('form').inert"
KEPT = "return document.querySelector('[data-draft-state]').textContent.startsWith('Draft kept')"
TAP = "[...document.querySelectorAll('a, button')].find((one) => one.textContent.trim().startsWith(arguments[0]) && one.checkVisibility())"

# While one page fades into the next, a finger meets neither of them.
REACHED = """
const box = it.getBoundingClientRect()
const met = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
if (!met || !it.contains(met)) return false
it.dataset.here = ''
return true"""


@pytest.fixture(
    params=[
        pytest.param(WebKit, marks=pytest.mark.fault("webkit"), id="webkit"),
        pytest.param(Firefox, marks=pytest.mark.fault("firefox"), id="firefox"),
    ]
)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    kind: type[Engine] = request.param
    if why := kind.lacking():  # type: ignore[attr-defined]
        pytest.fail(why)
    with kind(tmp_path / "profile") as one:
        yield one


def tap(engine: Engine, words: str) -> None:
    """What a person sees and presses, by its first words, as soon as nothing moves over it any more."""
    engine.until(f"const it = {TAP}; if (!it) return false; it.scrollIntoView({{ block: 'center' }}); {REACHED}", words)
    engine.click("[data-here]")
    engine.run("document.querySelector('[data-here]')?.removeAttribute('data-here')")


def choose(engine: Engine, name: str, value: str) -> None:
    box = f'[name="{name}"][value="{value}"]'
    engine.run("document.querySelector(arguments[0]).closest('label').dataset.here = ''", box)
    engine.click("[data-here]")
    engine.run("document.querySelector('[data-here]').removeAttribute('data-here')")
    assert engine.run("return document.querySelector(arguments[0]).checked", box)


def begin_a_visit(engine: Engine) -> None:
    tap(engine, "Families")
    engine.until(HEADING, "Families")
    engine.until(
        "return [...document.querySelectorAll('main a')].some((one) => one.textContent.includes(arguments[0]))", FAMILY
    )
    engine.run(
        "[...document.querySelectorAll('main a')].find((one) => one.textContent.includes(arguments[0])).click()", FAMILY
    )
    engine.until("return document.querySelector('h1')?.textContent.includes(arguments[0])", FAMILY)
    tap(engine, "Log a visit")
    engine.until(OPEN)


def save_it(engine: Engine) -> None:
    choose(engine, "kind", "attempted")
    engine.click("[data-now=started_at]")
    choose(engine, "place", "home")
    for child in engine.run("return [...document.querySelectorAll('fieldset.child')].map((one) => one.id)"):
        choose(engine, f"{child}-seen", "no")
        engine.type(f'[name="{child}-not_seen_reason"]', "Nobody opened")
    tap(engine, "Check and save")
    engine.until(HEADING, "Check before you save")
    tap(engine, "Save visit")
    engine.until(HEADING, "Saved on this phone. Not sent yet.")


@pytest.mark.soak
def test_a_draft_and_the_outbox_outlive_a_dead_battery_and_the_visit_arrives_once(
    engine: Engine,
    serve: Callable[..., Serving],
    demo_data: Path,
    record_property: Callable[[str, object], None],
) -> None:
    began = time.monotonic()
    serving = serve(copy_of=demo_data)
    engine.go(f"{serving.url}/sign-in")
    tap(engine, "Rowan Ibarra")
    engine.until(READY, seconds=90)  # a worker that was late is asked again after half a minute
    steps.stop_for_real(serving)

    begin_a_visit(engine)
    engine.type('[name="observations"]', WORDS)
    engine.until(KEPT)
    engine.kill()
    engine.open()
    engine.go(f"{serving.url}/today")
    engine.until("return Boolean(document.querySelector('[data-drafts] a'))")
    engine.click("[data-drafts] a")
    engine.until("return document.querySelector('[name=observations]')?.value === arguments[0]", WORDS)
    engine.until(OPEN)
    engine.type('[name="observations"]', MORE)
    save_it(engine)
    engine.kill()
    engine.open()
    engine.go(f"{serving.url}/phone")
    engine.until("return document.querySelector('#items > li')?.dataset.state === 'waiting'")
    assert FAMILY in engine.words()
    serving.start()
    tap(engine, "Send now")
    engine.until("return document.querySelector('#items > li')?.dataset.state === 'sent'", seconds=40)

    mine = select(Contact.id).where(col(Contact.observations) == WORDS + MORE)
    assert len(steps.rows(serving, mine)) == 1
    assert steps.rows(serving, select(Deposit.seq, Deposit.outcome)) == [(1, "accepted")]
    agent = engine.run("return navigator.userAgent").split(" ")[-1]
    record_property(
        "figure", f"1 visit, resumed and arrived once, two kills, in {time.monotonic() - began:.0f} s ({agent})"
    )
