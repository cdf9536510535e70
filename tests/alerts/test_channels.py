"""One alert through its channels: each fault of each provider, and what is tried next, on both databases."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select

from porchlight.alerts import calling as texting
from porchlight.alerts import chain, claiming, queries, service, set_up
from porchlight.alerts.models import Alert, Chain, Delivery, Notice, Outgoing, OwnWay
from porchlight.alerts.pushes import Push
from porchlight.alerts.values import Channel, DeliveryState, Severity, Urgency
from porchlight.core import mail
from porchlight.core.db import Database
from porchlight.core.tools import Tools
from porchlight.people.models import Account
from tests.clocks import Clock
from tests.mailbox import make_certificate
from tests.providers import Amazon
from tests.pushing import Service
from tests.working import work
from tests.world import World

Phone = Callable[..., UUID]
P, T, V, E = (one.value for one in Channel)
LEE = "+15555550111"


@pytest.fixture(autouse=True)
def numbers(db: Database, world: World) -> None:
    """A number that is Lee's alone; the others of the world share one."""
    with db.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).phone = "(555) 555-0111"


def call(db: Database, world: World, clock: Clock, severity: Severity = Severity.CRISIS, **how: Any) -> UUID:
    with db.transaction() as session:
        return service.call(session, world.accounts["lee"], severity, uuid4(), now=clock.moment, **how)[0]


def made(db: Database) -> list[tuple[str, str]]:
    """Channel and state of each delivery, in the order of their making."""
    with db.reading() as session:
        rows = session.exec(select(Delivery).order_by(Delivery.made_at, Delivery.id)).all()
    return [(row.channel, row.state) for row in rows]


def pass_by(tools: Tools, clock: Clock, seconds: int) -> None:
    """The worker, second by second."""
    for _ in range(seconds):
        clock.move(seconds=1)
        work(tools)


def lost(db: Database, alert_id: UUID) -> bool:
    with db.reading() as session:
        return queries.lost(session, alert_id)


def test_a_push_that_nobody_saw_is_followed_by_a_text_a_call_and_a_letter(
    calling: Tools, db: Database, world: World, clock: Clock, phone: Phone, amazon: Amazon
) -> None:
    phone("lee", "lost")
    alert = call(db, world, clock)
    work(calling)
    assert made(db) == [(P, "accepted")]

    pass_by(calling, clock, 29)
    assert made(db) == [(P, "accepted")]
    pass_by(calling, clock, 1)
    assert made(db) == [(P, "accepted"), (T, "accepted")]
    pass_by(calling, clock, 30)
    assert made(db)[2:] == [(V, "accepted")]
    pass_by(calling, clock, 45)

    assert made(db)[3:] == [(E, "accepted")]
    assert [one.what for one in amazon.asked] == ["sms", "voice", "email"]
    assert not lost(db, alert)
    pass_by(calling, clock, 300)
    assert len(made(db)) == 4


def test_what_was_shown_is_not_texted_and_still_rung(
    calling: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee")
    call(db, world, clock)
    work(calling)
    with db.transaction() as session:
        row = session.exec(select(Delivery)).one()
        row.state, row.shown_at = DeliveryState.SHOWN, clock.moment

    pass_by(calling, clock, 70)

    assert [one for one, _ in made(db)] == [P, V]


def test_in_danger_push_text_and_call_leave_together(
    calling: Tools, db: Database, world: World, clock: Clock, phone: Phone, amazon: Amazon
) -> None:
    phone("lee")
    call(db, world, clock, urgency=Urgency.DANGER)
    work(calling)

    assert sorted(made(db)) == sorted([(P, "accepted"), (T, "accepted"), (V, "accepted")])


@pytest.mark.parametrize("what", ["404", "410", "413", "429", "500", "redirect"])
def test_a_push_that_fails_is_followed_at_once(
    what: str, calling: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee", what)
    alert = call(db, world, clock)
    work(calling)

    assert made(db) == [(P, "failed"), (T, "accepted")]
    assert not lost(db, alert)


@pytest.mark.parametrize("fault", ["404", "410", "413", "429", "throttled", "500", "redirect", "spent", "nonsense"])
@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_text_or_a_call_that_fails_is_followed_at_once(
    channel: str, fault: str, calling: Tools, db: Database, world: World, clock: Clock, amazon: Amazon
) -> None:
    amazon.answers = {"sms": "500", channel: fault}
    call(db, world, clock)
    work(calling)

    assert made(db)[:2] == [(T, "failed"), (V, "failed" if channel == "voice" else "accepted")]
    if channel == "voice":
        assert made(db)[2:] == [(E, "accepted")]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("channel", ["push", "sms", "voice"])
def test_a_provider_that_hangs_holds_the_next_channel_up_for_less_than_five_seconds(
    channel: str, calling: Tools, db: Database, world: World, clock: Clock, phone: Phone, amazon: Amazon
) -> None:
    amazon.answers = {"sms": "500", channel: "hang"} if channel == "voice" else {channel: "hang"}
    if channel == "push":
        phone("lee", "hang")
    texting.get_ready(calling.settings)  # as a worker does when it starts
    mail.get_ready(calling.settings)
    call(db, world, clock)
    started = time.monotonic()
    work(calling)

    assert time.monotonic() - started < 5
    following = {"push": T, "sms": V, "voice": E}[channel]
    assert made(db)[-1] == (following, "accepted")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_providers_that_are_away_or_have_a_bad_certificate_are_passed_over(
    calling: Tools, db: Database, world: World, clock: Clock, phone: Phone, tmp_path: Path
) -> None:
    pem = make_certificate(tmp_path / "own.pem")
    with Service(pem=pem) as push, Amazon(pem=pem) as other:
        settings = replace(calling.settings, push_hosts=(push.url,), aws_endpoint=other.url)
        phone("lee", endpoint=push.endpoint("ok"))
        alert = call(db, world, clock)
        work(replace(calling, settings=settings))

    assert made(db) == [(one, "failed") for one in (P, T, V, E)]
    assert push.asked == other.asked == []
    assert lost(db, alert)


def test_a_busy_provider_is_asked_again_when_it_said_and_the_next_channel_meanwhile(
    calling: Tools, db: Database, world: World, clock: Clock, amazon: Amazon
) -> None:
    amazon.answers = {"sms": "429"}
    call(db, world, clock)
    work(calling)
    assert made(db) == [(T, "failed"), (V, "accepted")]

    amazon.answers = {}
    pass_by(calling, clock, 6)
    assert len(amazon.of("sms")) == 1
    pass_by(calling, clock, 1)

    assert made(db) == [(T, "accepted"), (V, "accepted")]


def test_nobody_to_reach_is_lost_at_once(calling: Tools, db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session:
        person = session.get_one(Account, world.accounts["lee"])
        person.phone, person.email = "", "lee"

    alert = call(db, world, clock)

    assert lost(db, alert)
    with db.reading() as session:
        assert queries.reachable(session, [world.accounts["lee"]]) == frozenset()


def test_what_is_answered_or_over_starts_no_other_channel(
    calling: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee", "lost")
    alert = call(db, world, clock)
    work(calling)
    with db.transaction() as session:
        service.close(session, session.get_one(Alert, alert).subject_id, now=clock.moment)

    pass_by(calling, clock, 200)

    assert made(db) == [(P, "accepted")]
    with db.reading() as session:
        assert session.get_one(Chain, alert).next_due_at is None


@pytest.mark.parametrize("where", ["porchlight.alerts.jobs.hand_over", "porchlight.alerts.recording.record"])
def test_a_worker_that_dies_at_any_step_leaves_the_channel_to_the_next_one(
    where: str,
    calling: Tools,
    db: Database,
    world: World,
    clock: Clock,
    amazon: Amazon,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call(db, world, clock)

    def killed(*_args: object, **_how: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(where, killed)
        with pytest.raises(KeyboardInterrupt):
            work(calling)
    clock.move(seconds=10)
    work(calling)

    assert made(db) == [(T, "accepted")]
    assert len(amazon.taken("sms")) in (1, 2)  # at least once, and again where nobody wrote down that it went


def test_a_channel_that_was_started_twice_at_once_is_started_once(
    calling: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee", "lost")
    alert = call(db, world, clock)
    work(calling)
    clock.move(seconds=30)
    for _ in range(3):
        with db.transaction() as session:
            chain.go_on(session, alert, now=clock.moment)
    work(calling)

    assert [one for one, _ in made(db)] == [P, T]


def test_the_words_say_nothing_of_anybody_and_ask_for_an_answer(
    calling: Tools, db: Database, world: World, clock: Clock, amazon: Amazon
) -> None:
    with db.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).locale = "es"
    alert = call(db, world, clock, urgency=Urgency.DANGER)
    work(calling)

    (text,), (spoken,) = amazon.taken("sms"), amazon.taken("voice")
    with db.reading() as session:
        ids = {row.channel: str(row.id) for row in session.exec(select(Delivery))}
    assert (text["DestinationPhoneNumber"], text["OriginationIdentity"]) == (LEE, "+15555550100")
    assert text["Context"] == {"delivery": ids[T]}
    assert text["ConfigurationSetName"] == "porchlight"
    assert "Alder County" in text["MessageBody"]
    assert "1" in text["MessageBody"].split()
    assert (spoken["VoiceId"], spoken["MessageBodyTextType"]) == ("LUPE", "TEXT")
    for said in (text["MessageBody"], spoken["MessageBody"]):
        assert "Lee" not in said
        assert str(alert) not in said


def test_where_nobody_listens_nobody_is_asked_to_reply(
    calling: Tools, db: Database, world: World, clock: Clock, amazon: Amazon
) -> None:
    call(db, world, clock)
    work(replace(calling, settings=replace(calling.settings, sns_topics=())))

    assert "Reply" not in amazon.taken("sms")[0]["MessageBody"]


def test_a_number_that_opted_out_is_dead_and_when_it_was_the_last_way_both_hear_of_it(
    calling: Tools, db: Database, world: World, clock: Clock, amazon: Amazon
) -> None:
    amazon.answers = {"sms": "opted_out"}
    set_up.announce(db, replace(calling.settings, voice_from="", ses=False))
    call(db, world, clock)
    work(calling)

    with db.reading() as session:
        way = session.exec(select(OwnWay)).one()
        told = {row.account_id: row.words for row in session.exec(select(Notice))}
    assert (way.channel, way.trouble, way.dead_at) == (T, "opted_out", clock.moment)
    assert set(told) == {world.accounts["lee"], world.accounts["priya"]}
    call(db, world, clock)
    work(calling)
    assert len(amazon.of("sms")) == 1


def test_the_director_hears_at_half_and_four_fifths_of_the_limit_and_a_crisis_still_goes_beyond_it(
    calling: Tools, db: Database, world: World, clock: Clock, amazon: Amazon
) -> None:
    tools = replace(calling, settings=replace(calling.settings, text_limit=5, text_price=100))
    with db.transaction() as session:
        prove(session, world, clock)
    parts = []
    for _ in range(6):
        clock.move(hours=1)
        call(db, world, clock, only=Channel.SMS, urgency=Urgency.SOON)
        work(tools)
        with db.reading() as session:
            parts.append(
                sorted(
                    row.params["part"]
                    for row in session.exec(select(Notice).where(Notice.account_id == world.accounts["mara"]))
                )
            )

    assert parts == [[], [], [50], [50, 80], [50, 80, 100], [50, 80, 100]]
    with db.reading() as session:
        assert sum(row.price for row in session.exec(select(Outgoing))) == 600
    call(db, world, clock, Severity.TEST, only=Channel.SMS, urgency=Urgency.SOON)
    work(tools)
    assert made(db)[-1] == (T, "failed")


def prove(session: Session, world: World, clock: Clock) -> None:
    session.add(OwnWay(account_id=world.accounts["lee"], channel=T, address=LEE, place=1, proven_at=clock.moment))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("endpoint", "declared"),
    [
        ("https://web.push.apple.com/Q1", True),
        ("https://fcm.googleapis.com/fcm/send/Q1", False),
        ("https://push.apple.com.example.org/Q1", False),
    ],
)
def test_only_apples_service_is_given_what_a_browser_can_show_by_itself(
    endpoint: str, declared: bool, calling: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee", endpoint=endpoint)
    call(db, world, clock)
    with db.transaction() as session:
        row = session.exec(select(Delivery)).one()
        ready = claiming.claim(session, [row.id], calling, now=clock.moment)[row.id]

    assert isinstance(ready, Push)
    assert (b'"web_push":8030' in ready.payload) is declared
