"""What comes back by text: taken by “1”, stopped by STOP, heard from the provider; and nothing that is not signed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.alerts import set_up
from porchlight.alerts.models import Alert, Delivery, Notice, OptOut, Outgoing, OwnWay
from porchlight.alerts.texts import sns
from porchlight.alerts.values import Channel
from porchlight.app import create
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.crises import raising
from porchlight.crises.models import Acknowledgement, Crisis
from porchlight.crises.raising import CrisisBody
from porchlight.crises.values import Reason, State
from porchlight.people.models import Account
from tests.browsing import Browser
from tests.clocks import Clock
from tests.phones import Phone
from tests.providers import Amazon
from tests.topics import CERTIFICATE_AT, Topic
from tests.working import work
from tests.world import World

LEE = "+15555550111"
TOPIC = Topic()


@pytest.fixture(autouse=True)
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands in for Amazon's own server of certificates, and writes down what it was asked."""
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return TOPIC.certificate if url == CERTIFICATE_AT else b""

    monkeypatch.setattr(sns, "fetch", fetch)
    return asked


@pytest.fixture
def hook(calling: Tools, db: Database, world: World) -> Browser:
    """Another machine: no cookie, no Origin, no Sec-Fetch-Site."""
    with db.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).phone = "(555) 555-0111"
    made = Browser(create(tools=calling))
    del made.client.headers["Sec-Fetch-Site"]
    return made


@pytest.fixture
def texted(calling: Tools, db: Database, world: World, clock: Clock, hook: Browser) -> UUID:
    """A crisis about which Lee, who has no phone with alerts, was texted."""
    body = CrisisBody(id=new_id(), reason=Reason.PLACEMENT)
    with db.transaction() as session:
        raising.raise_crisis(session, world.actor(session, "rowan"), body, now=clock.moment)
    work(calling)
    return body.id


def reply(hook: Browser, clock: Clock, words: str, number: str = LEE, **more: str) -> int:
    message = {"originationNumber": number, "destinationNumber": "+15555550100", "messageBody": words, **more}
    return hook.post("/hooks/sns", json=TOPIC.says(message, clock.moment)).status_code


def report(hook: Browser, clock: Clock, what: str, ref: str, **more: Any) -> int:
    message = {"eventType": what, "messageId": ref, "isFinal": True, **more}
    return hook.post("/hooks/sns", json=TOPIC.says(message, clock.moment)).status_code


def state(db: Database, crisis_id: UUID) -> str:
    with db.reading() as session:
        return session.get_one(Crisis, crisis_id).state


def texts_of(amazon: Amazon) -> list[str]:
    return [one["MessageBody"] for one in amazon.taken("sms") if one["DestinationPhoneNumber"] == LEE]


def test_one_takes_the_crisis_and_says_so_to_whoever_took_it(
    texted: UUID, hook: Browser, db: Database, world: World, clock: Clock, calling: Tools, amazon: Amazon
) -> None:
    assert reply(hook, clock, "1") == 200
    work(calling)

    assert state(db, texted) == State.TAKEN
    with db.reading() as session:
        taken = session.get_one(Acknowledgement, texted)
        row = session.exec(select(Delivery).where(Delivery.channel == Channel.SMS)).first()
    assert (taken.account_id, taken.via) == (world.accounts["lee"], "sms")
    assert row is not None
    assert row.acknowledged_at == clock.moment
    assert "You have it" in texts_of(amazon)[-1]


def test_one_said_twice_takes_it_once(
    texted: UUID, hook: Browser, db: Database, clock: Clock, calling: Tools, amazon: Amazon
) -> None:
    for _ in range(3):
        assert reply(hook, clock, "1") == 200
    work(calling)

    with db.reading() as session:
        assert len(session.exec(select(Acknowledgement)).all()) == 1
    assert sum("You have it" in one for one in texts_of(amazon)) == 1


@pytest.mark.parametrize("words", ["", "11", "no", "what is this", "STOP"])
def test_anything_else_takes_nothing(words: str, texted: UUID, hook: Browser, db: Database, clock: Clock) -> None:
    reply(hook, clock, words)

    assert state(db, texted) == State.RAISED


def test_another_phone_takes_nothing(texted: UUID, hook: Browser, db: Database, clock: Clock) -> None:
    assert reply(hook, clock, "1", number="+15555550199") == 200

    assert state(db, texted) == State.RAISED


def test_an_answer_to_a_text_of_an_older_crisis_takes_that_one_and_not_the_new_one(
    texted: UUID, hook: Browser, db: Database, world: World, clock: Clock, calling: Tools
) -> None:
    with db.reading() as session:
        older = session.exec(
            select(Delivery.ref)
            .join(Alert, Alert.id == Delivery.alert_id)
            .where(Alert.subject_id == texted, Delivery.channel == Channel.SMS)  # type: ignore[arg-type]
        ).first()
    clock.move(minutes=1)
    newer = CrisisBody(id=new_id(), reason=Reason.MISSING)
    with db.transaction() as session:
        raising.raise_crisis(session, world.actor(session, "rowan"), newer, now=clock.moment)
    work(calling)

    reply(hook, clock, "1", previousPublishedMessageId=str(older))

    assert (state(db, texted), state(db, newer.id)) == (State.TAKEN, State.RAISED)


def test_stop_from_staff_is_a_dead_channel_and_the_supervisor_hears_of_it(
    texted: UUID, hook: Browser, db: Database, world: World, clock: Clock
) -> None:
    assert reply(hook, clock, "Stop.") == 200

    with db.reading() as session:
        way = session.exec(select(OwnWay).where(OwnWay.account_id == world.accounts["lee"])).one()
        told = session.exec(select(Notice).where(Notice.account_id == world.accounts["priya"])).all()
        assert session.get_one(OptOut, LEE).why == "stop"
    assert (way.channel, way.trouble) == (Channel.SMS, "stop")
    assert "STOP" in told[0].words
    assert told[0].params == {"name": "Lee Marchetti"}

    reply(hook, clock, "START")
    with db.reading() as session:
        assert session.get_one(OptOut, LEE).lifted_at == clock.moment


def test_whoever_writes_something_else_is_told_whom_to_ring_once_an_hour(
    hook: Browser, clock: Clock, calling: Tools, amazon: Amazon
) -> None:
    for _ in range(3):
        reply(hook, clock, "who are you?")
        work(calling)
    assert len(texts_of(amazon)) == 1
    assert "+15550100" in texts_of(amazon)[0]


@pytest.mark.parametrize("what", ["TEXT_UNREACHABLE", "TEXT_CARRIER_BLOCKED", "TEXT_TTL_EXPIRED"])
def test_a_text_that_never_arrived_is_followed_by_a_call_at_once(
    what: str, texted: UUID, hook: Browser, db: Database, clock: Clock, calling: Tools, amazon: Amazon
) -> None:
    with db.reading() as session:
        ref = session.exec(select(Delivery.ref).where(Delivery.channel == Channel.SMS)).first()
    assert amazon.of("voice") == []

    assert report(hook, clock, what, str(ref)) == 200
    work(calling)

    assert len(amazon.of("voice")) == 1


def test_when_the_last_way_to_somebody_is_reported_lost_the_next_person_is_reached_at_once(
    texted: UUID, hook: Browser, db: Database, world: World, clock: Clock, calling: Tools
) -> None:
    def reached() -> set[UUID]:
        with db.reading() as session:
            return set(session.exec(select(Alert.account_id)))

    def lost(channel: Channel, what: str) -> None:
        with db.reading() as session:
            ref = session.exec(select(Delivery.ref).where(Delivery.channel == channel)).first()
        assert report(hook, clock, what, str(ref)) == 200
        work(no_mail)

    no_mail = replace(calling, settings=replace(calling.settings, ses=False))
    set_up.announce(db, no_mail.settings)
    lost(Channel.SMS, "TEXT_CARRIER_BLOCKED")
    before = reached()
    lost(Channel.VOICE, "VOICE_FAILED")

    assert before == {world.accounts["lee"]}
    assert reached() == {world.accounts["lee"], world.accounts["joss"]}


def test_a_text_that_arrived_stands_as_shown_and_costs_what_it_did_cost(
    texted: UUID, hook: Browser, db: Database, clock: Clock
) -> None:
    with db.reading() as session:
        ref = session.exec(select(Delivery.ref).where(Delivery.channel == Channel.SMS)).first()
    report(hook, clock, "TEXT_DELIVERED", str(ref), totalMessagePrice=0.00645, totalCarrierFee=0.003)
    report(hook, clock, "TEXT_UNREACHABLE", str(ref))  # old news that overtook it

    with db.reading() as session:
        row = session.exec(select(Delivery).where(Delivery.ref == ref)).one()
        cost = session.exec(select(Outgoing).where(Outgoing.ref == ref)).one()
    assert (row.state, row.shown_at) == ("shown", clock.moment)
    assert cost.price == 94  # hundredths of a cent


@pytest.mark.asvs("1.3.6")
@pytest.mark.parametrize(
    "change",
    [
        {"Message": '{"originationNumber": "+15555550111", "messageBody": "1"} '},
        {"Signature": "AAAA"},
        {"Signature": "é"},
        {"SignatureVersion": "1"},
        {"TopicArn": "arn:aws:sns:us-east-1:999999999999:porchlight"},
        {"SigningCertURL": "https://sns.us-east-1.amazonaws.com.example.org/a.pem"},
        {"SigningCertURL": "http://sns.us-east-1.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://169.254.169.254/a.pem"},
        {"SigningCertURL": "https://u@sns.us-east-1.amazonaws.com/a.pem"},
        {"Type": "SubscriptionConfirmation"},
        {"Timestamp": "yesterday"},
    ],
)
def test_what_is_not_signed_by_our_topic_does_nothing_and_is_asked_nowhere(
    change: dict[str, str], texted: UUID, hook: Browser, db: Database, clock: Clock, fetched: list[str]
) -> None:
    message = {"originationNumber": LEE, "messageBody": "1"}

    answer = hook.post("/hooks/sns", json={**TOPIC.says(message, clock.moment), **change})

    assert answer.status_code == 404
    assert state(db, texted) == State.RAISED
    assert set(fetched) <= {CERTIFICATE_AT}


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'"1"', b'{"Type": 3}'])
def test_what_is_no_message_at_all_is_not_found(body: bytes, hook: Browser) -> None:
    assert hook.post("/hooks/sns", content=body).status_code == 404


def test_a_message_that_is_an_hour_old_does_nothing(texted: UUID, hook: Browser, db: Database, clock: Clock) -> None:
    message = {"originationNumber": LEE, "messageBody": "1"}
    old = TOPIC.says(message, clock.moment - timedelta(minutes=61))

    assert hook.post("/hooks/sns", json=old).status_code == 404
    assert state(db, texted) == State.RAISED


def test_a_subscription_is_confirmed_where_amazon_says_and_nowhere_else(
    hook: Browser, clock: Clock, fetched: list[str]
) -> None:
    there = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    for url in (there, "https://example.org/?Action=ConfirmSubscription"):
        parts = {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": url}
        hook.post("/hooks/sns", json=TOPIC.says("You have chosen", clock.moment, **parts))

    assert fetched == [CERTIFICATE_AT, there, CERTIFICATE_AT]


def test_without_a_topic_nobody_is_believed(calling: Tools, clock: Clock, texted: UUID, db: Database) -> None:
    deaf = Browser(create(tools=replace(calling, settings=replace(calling.settings, sns_topics=()))))

    assert reply(deaf, clock, "1") == 404
    assert state(db, texted) == State.RAISED


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        *((one, ["push", "sms", "voice"]) for one in (Reason.HURT, Reason.THREAT, Reason.SUICIDE, Reason.WORKER)),
        *((one, ["push"]) for one in (Reason.MISSING, Reason.PLACEMENT)),
    ],
)
def test_where_somebody_may_be_hurt_phone_text_and_call_go_out_together(
    reason: Reason,
    expected: list[str],
    calling: Tools,
    db: Database,
    world: World,
    clock: Clock,
    phone: Phone,
    hook: Browser,
) -> None:
    phone("lee")
    with db.transaction() as session:
        body = CrisisBody(id=new_id(), reason=reason)
        raising.raise_crisis(session, world.actor(session, "rowan"), body, now=clock.moment)
    work(calling)

    with db.reading() as session:
        made = session.exec(select(Delivery.channel).where(Delivery.account_id == world.accounts["lee"]))
        assert sorted(made) == expected
