"""Subscriptions, deliveries and receipts: whose phone it is, and what a token may say."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select

from porchlight.alerts import jobs, queries, recording, service
from porchlight.alerts.models import Alert, Delivery, PushSubscription
from porchlight.alerts.pushes import Outcome
from porchlight.alerts.tokens import token_of
from porchlight.alerts.values import DeliveryState, Severity
from porchlight.core.db import Database
from porchlight.core.keys import Keys
from porchlight.core.refused import NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.people.models import Account, Device
from tests.clocks import Clock
from tests.pushing import Service, browser_keys
from tests.working import work
from tests.world import World

Phone = Callable[..., UUID]


def alert(db: Database, world: World, clock: Clock, name: str = "lee", **how: Any) -> UUID:
    with db.transaction() as session:
        return service.call(session, world.accounts[name], Severity.CRISIS, uuid4(), now=clock.moment, **how)[0]


def delivery(session: Session) -> Delivery:
    return session.exec(select(Delivery)).one()


def state(db: Database) -> str:
    with db.reading() as session:
        return delivery(session).state


def live(db: Database, world: World, name: str) -> int:
    with db.reading() as session:
        return len(queries.live_subscriptions(session, world.accounts[name]))


def test_a_phone_that_subscribes_twice_has_one_subscription(
    db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    device_id = phone("lee", endpoint="https://fcm.googleapis.com/one")
    with db.transaction() as session:
        actor = world.actor(session, "lee", device_id=device_id)
        first = session.exec(select(PushSubscription)).one()
        keys = {"p256dh": first.p256dh, "auth": first.auth}
        again = service.subscribe(session, actor, first.endpoint, **keys, now=clock.moment)

    assert again == first.id
    assert live(db, world, "lee") == 1


def test_an_endpoint_belongs_to_whoever_has_the_phone_now(db: Database, world: World, phone: Phone) -> None:
    phone("lee", endpoint="https://fcm.googleapis.com/one")
    phone("joss", endpoint="https://fcm.googleapis.com/one")

    assert (live(db, world, "lee"), live(db, world, "joss")) == (0, 1)


def test_without_a_device_nobody_subscribes(db: Database, world: World, clock: Clock) -> None:
    with db.transaction() as session, pytest.raises(Refused):
        service.subscribe(
            session, world.actor(session, "lee"), "https://fcm.googleapis.com/x", **browser_keys(), now=clock.moment
        )


@pytest.mark.parametrize(
    "wrong", [{"p256dh": "AAAA"}, {"p256dh": "é"}, {"auth": "AAAA"}, {"auth": "A" * 44}, {"p256dh": "B" + "A" * 86}]
)
def test_keys_that_no_message_could_be_sealed_to_are_refused(phone: Phone, wrong: dict[str, str]) -> None:
    with pytest.raises(Refused):
        phone("lee", keys={**browser_keys(), **wrong})


def test_a_revoked_device_is_not_woken(db: Database, world: World, clock: Clock, phone: Phone) -> None:
    device_id = phone("lee")
    with db.transaction() as session:
        session.get_one(Device, device_id).revoked_at = clock.moment

    assert live(db, world, "lee") == 0
    alert(db, world, clock)
    with db.reading() as session:
        assert session.exec(select(Delivery)).all() == []


def test_only_the_owner_turns_alerts_off(db: Database, world: World, clock: Clock, phone: Phone) -> None:
    phone("lee")
    with db.transaction() as session:
        (mine,) = queries.live_subscriptions(session, world.accounts["lee"])
        with pytest.raises(NotFound):
            service.unsubscribe(session, world.actor(session, "joss"), mine, now=clock.moment)
        service.unsubscribe(session, world.actor(session, "lee"), mine, now=clock.moment)

    assert live(db, world, "lee") == 0


def test_the_database_holds_nothing_that_could_post_a_receipt(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    phone("lee")
    alert(db, world, clock)
    work(sending)

    with db.reading() as session:
        row = delivery(session)
    token = token_of(sending.keys, row.id)
    assert len(token) == 43
    assert token not in str(row.model_dump())
    assert row.token_hash
    assert token_of(Keys("B" * 43), row.id) != token


RECEIPTS = [DeliveryState.SHOWN, DeliveryState.OPENED, DeliveryState.ACKNOWLEDGED]


def test_receipts_say_what_became_of_the_alert_each_once(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    device_id = phone("lee")
    made = alert(db, world, clock)
    work(sending)
    with db.reading() as session:
        token = token_of(sending.keys, delivery(session).id)

    firsts = []
    for what in [*RECEIPTS, DeliveryState.SHOWN]:
        with db.transaction() as session:
            receipt = service.note(session, token, what, now=clock.move(seconds=3))
        firsts.append(receipt.first)

    assert firsts == [True, True, True, False]
    assert (receipt.alert_id, receipt.account_id) == (made, world.accounts["lee"])
    assert state(db) == DeliveryState.ACKNOWLEDGED
    with db.reading() as session:
        row = delivery(session)
        proven = session.get_one(Device, device_id).last_proven_at
    assert row.shown_at is not None
    assert row.shown_at < (row.opened_at or row.shown_at) < (row.acknowledged_at or row.shown_at)
    assert proven == row.acknowledged_at  # the latest sign that this phone can be woken


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_receipt_that_comes_while_the_answer_is_written_down_waits_and_is_not_lost(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    phone("lee")
    alert(db, world, clock)
    work(sending)
    with db.transaction() as session:  # as it is while the provider answers
        row = delivery(session)
        row.state, row.accepted_at = DeliveryState.MADE, None
        made, token = row.id, token_of(sending.keys, row.id)
    over = threading.Event()

    def show() -> None:
        with db.transaction() as session:
            service.note(session, token, DeliveryState.SHOWN, now=clock.moment)
        over.set()

    showing = threading.Thread(target=show)
    with db.transaction() as session:
        row = recording.rows(session, [made])[made]
        showing.start()
        early = over.wait(0.5)
        recording.mark(session, row, Outcome(accepted=True), now=clock.moment)
    showing.join(10)

    assert not early
    assert state(db) == DeliveryState.SHOWN


def revoke(session: Session, world: World, device_id: UUID) -> None:
    session.get_one(Device, device_id).revoked_at = datetime(2026, 11, 23, tzinfo=UTC)


def hand_on(session: Session, world: World, device_id: UUID) -> None:
    session.exec(select(PushSubscription)).one().account_id = world.accounts["joss"]


def disable(session: Session, world: World, device_id: UUID) -> None:
    session.get_one(Account, world.accounts["lee"]).disabled_at = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("loses", [revoke, hand_on, disable])
def test_a_phone_that_is_no_longer_theirs_answers_nothing(
    loses: Callable[[Session, World, UUID], None],
    db: Database,
    world: World,
    clock: Clock,
    sending: Tools,
    phone: Phone,
) -> None:
    device_id = phone("lee")
    alert(db, world, clock)
    work(sending)
    with db.transaction() as session:
        token = token_of(sending.keys, delivery(session).id)
        loses(session, world, device_id)

    with db.transaction() as session, pytest.raises(Refused, match="may no longer answer"):
        service.note(session, token, DeliveryState.ACKNOWLEDGED, now=clock.moment)
    assert state(db) == DeliveryState.ACCEPTED


@pytest.mark.parametrize("token", ["", "t" * 43, "x"])
def test_an_unknown_token_says_nothing(db: Database, world: World, clock: Clock, token: str) -> None:
    alert(db, world, clock)

    with db.transaction() as session, pytest.raises(NotFound):
        service.note(session, token, DeliveryState.SHOWN, now=clock.moment)


def test_a_token_is_worth_nothing_before_it_was_sent(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    phone("lee")
    alert(db, world, clock)

    with db.transaction() as session, pytest.raises(NotFound):
        service.note(session, token_of(sending.keys, delivery(session).id), DeliveryState.SHOWN, now=clock.moment)


def test_what_was_accepted_is_not_sent_again(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee")
    alert(db, world, clock)
    work(sending)
    with db.reading() as session:
        payload = {"deliveries": [str(delivery(session).id)], "then": None}

    jobs.send(sending, payload)

    assert len(push.asked) == 1
    assert state(db) == DeliveryState.ACCEPTED


def test_a_worker_that_died_while_sending_leaves_the_push_to_the_next_one(
    db: Database,
    world: World,
    clock: Clock,
    sending: Tools,
    phone: Phone,
    push: Service,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone("lee")
    alert(db, world, clock)

    def killed(*_args: object, **_how: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("porchlight.alerts.sending.send_all", killed)
        with pytest.raises(KeyboardInterrupt):
            work(sending)
    work(sending)  # the lease still holds
    assert push.asked == []

    clock.move(seconds=10)
    work(sending)

    assert len(push.asked) == 1
    assert state(db) == DeliveryState.ACCEPTED


def test_a_dead_subscription_is_noticed_and_never_asked_again(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee", "410")
    alert(db, world, clock)
    work(sending)
    clock.move(minutes=30)
    alert(db, world, clock)
    work(sending)

    assert push.paths() == [push.asked[0].path]
    assert live(db, world, "lee") == 0


def test_a_phone_whose_subscription_came_back_is_woken_again(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    device_id = phone("lee", "404")
    alert(db, world, clock)
    work(sending)
    with db.transaction() as session:
        row = session.exec(select(PushSubscription)).one()
        actor = world.actor(session, "lee", device_id=device_id)
        service.subscribe(session, actor, row.endpoint, **browser_keys(), now=clock.moment)

    assert live(db, world, "lee") == 1


def test_a_busy_service_is_asked_again_when_it_said(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee", "429")
    alert(db, world, clock)
    work(sending)

    clock.move(seconds=6)
    work(sending)
    assert len(push.asked) == 1
    clock.move(seconds=1)
    work(sending)
    assert len(push.asked) == 2
    assert state(db) == DeliveryState.FAILED


def test_nobody_is_woken_about_what_is_over(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee", "500")
    made = alert(db, world, clock)
    work(sending)
    with db.transaction() as session:
        service.close(session, session.get_one(Alert, made).subject_id, now=clock.moment)

    clock.move(minutes=5)
    work(sending)

    assert len(push.asked) == 1


def test_every_phone_of_a_person_is_called(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    for what in ("ok", "410", "ok"):
        phone("lee", what)
    phone("joss")
    alert(db, world, clock)
    started = clock.moment
    work(sending)

    assert sorted(path.split("/")[1] for path in push.paths()) == ["410", "ok", "ok"]
    with db.reading() as session:
        rows = session.exec(select(Delivery)).all()
    assert sorted(row.state for row in rows) == ["accepted", "accepted", "failed"]
    assert all(row.made_at - started < timedelta(seconds=1) for row in rows)
