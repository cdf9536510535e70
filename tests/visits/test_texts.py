"""Texts to families: who is texted, when, in which words, how often; and whom somebody rings after that."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from porchlight.alerts import set_up
from porchlight.alerts.texts import consent
from porchlight.alerts.texts import rules as texts
from porchlight.alerts.ways import service as own
from porchlight.core.db import Database
from porchlight.core.i18n import translate
from porchlight.core.refused import Refused
from porchlight.core.tools import Tools
from porchlight.homes.models import Caregiver
from porchlight.visits import asking, confirming
from porchlight.visits.models import ConfirmationLink, FamilyCall
from porchlight.visits.texts import calls, rules, sending
from tests.clocks import Clock
from tests.mailbox import Mailbox
from tests.phones import amazon  # noqa: F401  a fixture
from tests.providers import Amazon
from tests.visits.making import PRIVATE, draft, log
from tests.visits.test_asking import work
from tests.world import MONDAY, World

NUMBER = "+15555550134"
CHICAGO = "America/Chicago"


@pytest.fixture
def texting(tools: Tools, db: Database, world: World, amazon: Amazon) -> Tools:  # noqa: F811
    """Texts are set up and e-mail is not; Sunniva has a whole number and agreed."""
    settings = replace(tools.settings, sms_from="+15555550100", aws_endpoint=amazon.url, aws_region="us-east-1")
    set_up.announce(db, settings)
    with db.transaction() as session:
        session.get_one(Caregiver, world.caregiver).phone = "(555) 555-0134"
        actor = world.actor(session, "rowan")
        consent.agree(session, actor, NUMBER, given=True, how="said", about=world.caregiver, now=MONDAY)
    return replace(tools, settings=settings)


def visit(db: Database, world: World) -> None:
    with db.transaction() as session:
        log(session, world, draft(world))


def answer(db: Database, tools: Tools, clock: Clock) -> None:
    with db.transaction() as session:
        link = session.exec(select(ConfirmationLink)).one()
        token = confirming.token_of(tools.keys, link.id)
        page = asking.for_link(session, token, now=clock.moment)
        assert page.visit is not None
        confirming.confirm(session, token, page.visit.summary_sha256, now=clock.moment)


def on_the_list(db: Database, world: World, clock: Clock, name: str = "rowan") -> list[tuple[str, str]]:
    with db.reading() as session:
        found = calls.to_ring(session, world.actor(session, name), now=clock.moment)
    return [(one.name, one.why) for one in found]


@pytest.mark.duty("S1-21")
def test_a_family_that_agreed_gets_one_segment_with_one_link(
    texting: Tools,
    db: Database,
    world: World,
    amazon: Amazon,  # noqa: F811
) -> None:
    visit(db, world)
    work(texting)

    (text,) = amazon.taken("sms")
    said = text["MessageBody"]
    assert text["DestinationPhoneNumber"] == NUMBER
    assert said.startswith("Alder County: please confirm a home visit. http://localhost:8700/v/")
    assert len(re.findall("http", said)) == 1
    assert "STOP" in said
    assert texts.segments(said) == 1
    assert not [one for one in ("Sunniva", "Gideon", "Quintrell", *PRIVATE) if one in said]
    with db.reading() as session:
        assert session.exec(select(ConfirmationLink)).one().way == "sms"


def test_it_is_written_in_the_language_of_the_family(
    texting: Tools,
    db: Database,
    world: World,
    amazon: Amazon,  # noqa: F811
) -> None:
    with db.transaction() as session:
        session.get_one(Caregiver, world.caregiver).locale = "es"
    visit(db, world)
    work(texting)

    said = amazon.taken("sms")[0]["MessageBody"]
    assert said != ""
    assert "please" not in said
    assert not texts.is_wide(said)


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("words", [sending.SMS, sending.SMS_REMINDER])
def test_the_words_fit_one_segment_in_both_languages(words: str, locale: str) -> None:
    link = "https://visits.alder.example.org/v/" + "x" * 43

    assert texts.segments(translate(words, locale, agency="A" * 24, link=link)) == 1


def test_who_did_not_agree_gets_no_text_and_is_rung(
    texting: Tools,
    db: Database,
    world: World,
    clock: Clock,
    amazon: Amazon,  # noqa: F811
) -> None:
    with db.transaction() as session:
        actor = world.actor(session, "rowan")
        consent.agree(session, actor, NUMBER, given=False, how="said", about=world.caregiver, now=MONDAY + timedelta(1))
    visit(db, world)
    work(texting)

    assert amazon.asked == []
    assert on_the_list(db, world, clock) == [("Sunniva Aldous", "no_way")]
    assert on_the_list(db, world, clock, "priya") == [("Sunniva Aldous", "no_way")]
    assert on_the_list(db, world, clock, "tamsin") == []


@pytest.mark.parametrize("why", ["stop", "wrong_person"])
def test_stop_and_wrong_person_are_honoured_until_they_say_start(
    why: str,
    texting: Tools,
    db: Database,
    world: World,
    clock: Clock,
    amazon: Amazon,  # noqa: F811
) -> None:
    with db.transaction() as session:
        own.stop(session, NUMBER, why, now=MONDAY)
    visit(db, world)
    work(texting)
    assert amazon.asked == []
    assert on_the_list(db, world, clock) == [("Sunniva Aldous", "no_way")]

    with db.transaction() as session, pytest.raises(Refused, match="START"):
        actor = world.actor(session, "rowan")
        consent.agree(session, actor, NUMBER, given=True, how="said", about=world.caregiver, now=MONDAY)
    with db.transaction() as session:
        own.start(session, NUMBER, now=MONDAY)
        assert consent.may_text(session, NUMBER)


def test_reminders_come_after_24_and_48_hours_with_the_same_link_and_then_somebody_rings(
    texting: Tools,
    db: Database,
    world: World,
    clock: Clock,
    amazon: Amazon,  # noqa: F811
) -> None:
    visit(db, world)
    work(texting)
    sent = []
    for hours in (23.9, 0.2, 23.7, 0.4, 23.5):
        clock.move(hours=hours)
        work(texting)
        sent.append(len(amazon.taken("sms")))
    assert sent == [1, 2, 2, 3, 3]
    assert on_the_list(db, world, clock) == []

    clock.move(hours=0.5)
    work(texting)

    links = {re.search(r"/v/\S+", one["MessageBody"]).group() for one in amazon.taken("sms")}  # type: ignore[union-attr]
    assert len(links) == 1
    assert on_the_list(db, world, clock) == [("Sunniva Aldous", "silent")]


def test_who_has_answered_is_reminded_of_nothing_and_rung_by_nobody(
    texting: Tools,
    db: Database,
    world: World,
    clock: Clock,
    amazon: Amazon,  # noqa: F811
) -> None:
    visit(db, world)
    work(texting)
    answer(db, texting, clock)
    for _ in range(4):
        clock.move(hours=24, minutes=5)
        work(texting)

    assert len(amazon.taken("sms")) == 1
    assert on_the_list(db, world, clock) == []


def test_a_home_gets_one_text_a_day(
    texting: Tools,
    db: Database,
    world: World,
    clock: Clock,
    amazon: Amazon,  # noqa: F811
) -> None:
    visit(db, world)
    visit(db, world)
    work(texting)
    assert len(amazon.taken("sms")) == 1

    clock.move(hours=20)  # 8 in the morning of the next day
    work(texting)
    assert len(amazon.taken("sms")) == 1
    clock.move(hours=1)
    work(texting)

    assert len(amazon.taken("sms")) == 2


def test_what_would_wait_goes_by_mail_where_there_is_an_address(
    texting: Tools,
    db: Database,
    world: World,
    amazon: Amazon,  # noqa: F811
) -> None:
    visit(db, world)
    visit(db, world)
    with Mailbox() as box:
        work(replace(texting, settings=replace(texting.settings, smtp=f"smtp://127.0.0.1:{box.port}")))

    assert (len(amazon.taken("sms")), len(box.letters)) == (1, 1)


def test_a_number_that_the_provider_knows_as_stopped_is_not_tried_again(
    texting: Tools,
    db: Database,
    world: World,
    clock: Clock,
    amazon: Amazon,  # noqa: F811
) -> None:
    amazon.answers = {"sms": "opted_out"}
    visit(db, world)
    work(texting)

    assert on_the_list(db, world, clock) == [("Sunniva Aldous", "no_way")]
    with db.reading() as session:
        assert consent.standing(session, NUMBER) == consent.Standing.STOPPED


def test_whoever_was_reached_leaves_the_list_and_who_was_not_stays(
    texting: Tools, db: Database, world: World, clock: Clock
) -> None:
    with db.transaction() as session:
        own.stop(session, NUMBER, "stop", now=MONDAY)
    visit(db, world)
    work(texting)
    for reached, left in ((False, 1), (True, 0), (True, 0)):
        with db.transaction() as session:
            call = session.exec(select(FamilyCall)).one()
            calls.rang(session, world.actor(session, "rowan"), call.id, reached=reached, now=clock.moment)
        assert len(on_the_list(db, world, clock)) == left


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026 in Chicago, which is six hours behind."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) + timedelta(hours=6)


@pytest.mark.parametrize(
    ("now", "last", "when"),
    [
        (at(23, 12), None, at(23, 12)),
        (at(23, 7, 59), None, at(23, 8)),
        (at(23, 8), None, at(23, 8)),
        (at(23, 20, 59), None, at(23, 20, 59)),
        (at(23, 21), None, at(24, 8)),
        (at(23, 12), at(23, 9), at(24, 9)),
        (at(23, 12), at(22, 20), at(23, 12)),
        (at(23, 8), at(22, 23), at(23, 8)),
    ],
)
def test_a_home_is_texted_by_day_and_not_twice_a_day(now: datetime, last: datetime | None, when: datetime) -> None:
    assert rules.may_text_at(now, CHICAGO, last) == when
