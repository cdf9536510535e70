"""How a person is reached: codes that prove a number, second channels, quiet hours, and the pages about them."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from porchlight.alerts import queries, set_up
from porchlight.alerts.models import Alert, Chain, Delivery, Notice, OwnWay, PushOnly
from porchlight.alerts.notices import telling
from porchlight.alerts.values import Channel, Severity, Urgency
from porchlight.alerts.ways import queries as ways
from porchlight.alerts.ways import rules, service
from porchlight.app import create
from porchlight.core.db import Database
from porchlight.core.refused import NotFound, Refused, TooMany
from porchlight.core.tools import Tools
from porchlight.people.models import Account
from tests.browsing import Browser, proving, text_of
from tests.clocks import Clock
from tests.providers import Amazon
from tests.working import work
from tests.world import World

Phone = Callable[..., UUID]
LEE = "+15555550111"


@pytest.fixture(autouse=True)
def numbers(db: Database, world: World) -> None:
    """A number of Lee's own, and nobody's word yet that push alone is enough."""
    with db.transaction() as session:
        session.connection().execute(sa.delete(PushOnly))
        session.get_one(Account, world.accounts["lee"]).phone = "(555) 555-0111"


def code(tools: Tools, db: Database, world: World, channel: Channel = Channel.SMS) -> str:
    """Asks for a code, lets the worker send it, and reads it from the message."""
    amazon_says: list[str] = []
    with db.transaction() as session:
        service.send_code(session, world.actor(session, "lee"), channel, now=tools.db.now(session))
    work(tools)
    with db.reading() as session:
        row = session.exec(select(OwnWay).where(OwnWay.channel == channel)).one()
    assert row.code_sent_at
    amazon_says.append(service.code_of(tools.keys, row.id, row.code_sent_at))
    return amazon_says[0]


def prove(tools: Tools, db: Database, world: World, typed: str, channel: Channel = Channel.SMS) -> bool:
    with db.transaction() as session:
        actor = world.actor(session, "lee")
        return service.prove(session, actor, channel, typed, tools.keys, now=tools.db.now(session))


def second(db: Database, world: World, name: str = "lee") -> bool:
    with db.reading() as session:
        return queries.second_channel(session, world.accounts[name])


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
def test_a_code_that_comes_back_proves_the_number_and_makes_a_second_channel(
    channel: Channel, calling: Tools, db: Database, world: World, amazon: Amazon
) -> None:
    assert not second(db, world)
    digits = code(calling, db, world, channel)

    (sent,) = amazon.taken(channel.value)
    assert sent["DestinationPhoneNumber"] == LEE
    assert digits in sent["MessageBody"].replace(", ", "")
    assert prove(calling, db, world, f" {digits[:3]} {digits[3:]} ", channel)
    assert second(db, world)


def test_five_wrong_codes_end_it_and_the_right_one_comes_too_late(calling: Tools, db: Database, world: World) -> None:
    digits = code(calling, db, world)
    wrong = f"{(int(digits) + 1) % 1_000_000:06d}"

    assert [prove(calling, db, world, wrong) for _ in range(5)] == [False] * 5

    with pytest.raises(Refused, match="too old"):
        prove(calling, db, world, digits)


def test_a_code_lives_ten_minutes_and_is_sent_once_a_minute(
    calling: Tools, db: Database, world: World, clock: Clock
) -> None:
    digits = code(calling, db, world)
    with db.transaction() as session, pytest.raises(TooMany):
        service.send_code(session, world.actor(session, "lee"), Channel.SMS, now=clock.moment)

    clock.move(minutes=10)
    with pytest.raises(Refused, match="too old"):
        prove(calling, db, world, digits)


def test_another_number_must_be_proven_again(calling: Tools, db: Database, world: World) -> None:
    prove(calling, db, world, code(calling, db, world))
    with db.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).phone = "(555) 555-0177"

    assert not second(db, world)


def test_push_alone_is_enough_only_by_a_supervisors_word_which_can_be_taken_back(
    calling: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee")
    assert not second(db, world)

    def say(name: str, words: str, *, accept: bool) -> None:
        with db.transaction() as session:
            actor = world.actor(session, name)
            service.accept_push_only(
                session, actor, world.accounts["lee"], words, accept=accept, now=clock.move(minutes=1)
            )

    for name in ("lee", "rowan", "corin"):
        with pytest.raises(NotFound):
            say(name, "It is fine", accept=True)
    with pytest.raises(Refused):
        say("priya", "  ", accept=True)
    say("priya", "Lives beside the office", accept=True)
    assert second(db, world)
    say("priya", "", accept=False)
    assert not second(db, world)


def test_without_texts_set_up_a_proven_number_is_no_second_channel(
    calling: Tools, db: Database, world: World, tools: Tools
) -> None:
    prove(calling, db, world, code(calling, db, world))
    set_up.announce(db, tools.settings)

    assert not second(db, world)


def test_the_order_is_the_persons_own(calling: Tools, db: Database, world: World, clock: Clock, phone: Phone) -> None:
    phone("lee")
    with db.transaction() as session:
        actor = world.actor(session, "lee")
        for channel in (Channel.VOICE, Channel.VOICE, Channel.PUSH):
            service.move_up(session, actor, channel, now=clock.moment)
        found = [one.channel for one in ways.usable(session, actor.account_id, Urgency.SOON)]

    assert found == [Channel.PUSH, Channel.VOICE, Channel.SMS, Channel.EMAIL]


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026 in Chicago: until the 1st at 2 am five hours behind, then six."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) + timedelta(hours=6)


@pytest.mark.parametrize(
    ("hours", "now", "over"),
    [
        ((time(22), time(7)), local(23, 12), local(23, 12)),
        ((time(22), time(7)), local(23, 22), local(24, 7)),
        ((time(22), time(7)), local(24, 6, 59), local(24, 7)),
        ((time(22), time(7)), local(24, 7), local(24, 7)),
        ((time(13), time(14)), local(23, 13, 30), local(23, 14)),
        ((time(13), time(14)), local(23, 14), local(23, 14)),
        ((time(9), time(9)), local(23, 9), local(23, 9)),
        # the night that is an hour longer: 22:00 on Oct 31 in summer time to 7:00 in winter time
        ((time(22), time(7)), datetime(2026, 11, 1, 4, tzinfo=UTC), local(1, 7)),
        # 1:30 comes twice in that night; the quiet hours end the first time, and never before now
        ((time(22), time(1, 30)), datetime(2026, 11, 1, 6, 15, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        ((time(22), time(1, 30)), datetime(2026, 11, 1, 7, 15, tzinfo=UTC), datetime(2026, 11, 1, 7, 15, tzinfo=UTC)),
    ],
)
def test_quiet_hours_are_wall_clock_hours(hours: tuple[time, time], now: datetime, over: datetime) -> None:
    assert rules.quiet_until(*hours, "America/Chicago", now) == over


def notices(db: Database, tools: Tools) -> int:
    """How many messages notices made so far."""
    work(tools)
    with db.reading() as session:
        query = select(Delivery).join(Alert, Alert.id == Delivery.alert_id).where(Alert.severity == Severity.NOTICE)  # type: ignore[arg-type]
        return len(session.exec(query).all())


def tell(db: Database, world: World, clock: Clock, words: str = "Something", key: str | None = None) -> None:
    with db.transaction() as session:
        telling.tell(session, world.accounts["lee"], words, {}, key=key, now=clock.moment)


def test_notices_of_one_minute_ring_once_and_the_next_after_a_quarter_of_an_hour(
    sending: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee")
    for _ in range(3):
        tell(db, world, clock)
    assert notices(db, sending) == 0
    clock.move(minutes=1)
    assert notices(db, sending) == 1

    clock.move(minutes=1)
    tell(db, world, clock)
    clock.move(minutes=13)
    assert notices(db, sending) == 1
    clock.move(minutes=1)
    assert notices(db, sending) == 2
    with db.reading() as session:
        assert len(session.exec(select(Notice)).all()) == 4


def test_a_notice_waits_for_the_end_of_quiet_hours_and_a_crisis_does_not(
    sending: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee")
    with db.transaction() as session:
        actor = world.actor(session, "lee")
        service.keep_quiet(session, actor, time(11), time(13), now=clock.moment)
    tell(db, world, clock)
    clock.move(minutes=59)
    assert notices(db, sending) == 0

    from porchlight.alerts import service as alerting

    with db.transaction() as session:
        lee = world.accounts["lee"]
        assert alerting.call(session, lee, Severity.CRISIS, world.case, now=clock.moment)[1] == 1
    clock.move(minutes=1)
    assert notices(db, sending) == 1


def test_a_notice_of_the_same_key_is_made_once(db: Database, world: World, clock: Clock) -> None:
    for _ in range(2):
        tell(db, world, clock, key="same")

    with db.reading() as session:
        assert len(session.exec(select(Notice)).all()) == 1
        assert len(session.exec(select(Chain)).all()) == 1


def test_a_notice_neither_rings_nor_texts_a_number_that_nobody_proved(
    calling: Tools, db: Database, world: World, clock: Clock, amazon: Amazon
) -> None:
    tell(db, world, clock)
    for _ in range(8):
        clock.move(minutes=10)
        work(calling)

    assert [one.what for one in amazon.asked] == ["email"]


def test_the_page_says_what_is_not_set_up_and_what_was_never_tested(tools: Tools, db: Database, world: World) -> None:
    lee = Browser(create(tools=tools), prove=proving(tools))
    lee.sign_in("lee@example.org")

    said = text_of(lee.get("/alerts/ways"))

    assert "Text messages and calls are not set up." in said
    assert "You have no second channel." in said
    assert said.count("Not set up here") == 3


def test_a_code_is_asked_for_and_typed_on_the_page_without_script(
    calling: Tools, db: Database, world: World, amazon: Amazon
) -> None:
    lee = Browser(create(tools=calling), prove=proving(calling))
    lee.sign_in("lee@example.org")
    assert lee.post("/alerts/ways/sms/code").headers["location"] == "/alerts/ways?asked=sms"
    work(calling)
    digits = "".join(one for one in amazon.taken("sms")[0]["MessageBody"].split("code is ")[1][:6])
    assert 'name="code"' in lee.get("/alerts/ways?asked=sms").text

    wrong = lee.post("/alerts/ways/sms/prove", data={"code": "12"})
    assert wrong.status_code == 422
    assert "not the code we sent" in text_of(wrong)
    assert lee.post("/alerts/ways/sms/prove", data={"code": digits}).status_code == 303

    assert "Proven" in text_of(lee.get("/alerts/ways"))
    assert "no second channel" not in text_of(lee.get("/alerts/ways"))


def test_quiet_hours_are_kept_and_half_of_them_is_refused_with_what_was_typed(calling: Tools, world: World) -> None:
    lee = Browser(create(tools=calling), prove=proving(calling))
    lee.sign_in("lee@example.org")

    half = lee.post("/alerts/ways/quiet", data={"from_time": "22:00", "until_time": ""})
    assert half.status_code == 422
    assert 'value="22:00"' in half.text
    assert lee.post("/alerts/ways/quiet", data={"from_time": "22:00", "until_time": "07:00"}).status_code == 303

    assert 'value="07:00"' in lee.get("/alerts/ways").text


def test_a_supervisor_accepts_in_writing_on_the_page_and_others_do_not_find_it(
    calling: Tools, world: World, db: Database
) -> None:
    app = create(tools=calling)
    lee, priya = (Browser(app, prove=proving(calling)) for _ in range(2))
    lee.sign_in("lee@example.org")
    priya.sign_in("priya@example.org")
    assert lee.get("/alerts/channels").status_code == 404

    asked = {"account_id": str(world.accounts["lee"]), "words": ""}
    assert "May not go on call" in text_of(priya.get("/alerts/channels"))
    assert priya.post("/alerts/channels/push-only", data=asked).status_code == 422
    assert priya.post("/alerts/channels/push-only", data={**asked, "words": "Next door"}).status_code == 303

    assert "Next door" in text_of(priya.get("/alerts/channels"))
    assert second(db, world)


def test_notices_are_read_on_their_page_and_then_ring_no_more(
    sending: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    phone("lee")
    tell(db, world, clock, words="The rota of next week is there.")
    lee = Browser(create(tools=sending), prove=proving(sending))
    lee.sign_in("lee@example.org")

    assert "The rota of next week is there." in text_of(lee.get("/alerts/notices"))
    assert lee.post("/alerts/notices/read").status_code == 303
    clock.move(minutes=5)

    assert notices(db, sending) == 0


def test_the_health_of_each_device_is_known(
    sending: Tools, db: Database, world: World, clock: Clock, phone: Phone
) -> None:
    from porchlight.alerts import service as alerting

    good, gone = phone("lee"), phone("lee", "410")
    with db.transaction() as session:
        alerting.call(session, world.accounts["lee"], Severity.CRISIS, world.case, now=clock.moment)
    work(sending)

    with db.reading() as session:
        found = {one.device_id: one for one in queries.device_health(session, [world.accounts["lee"]])}
    assert (found[good].accepted_at, found[good].dead_at) == (clock.moment, None)
    assert (found[gone].accepted_at, found[gone].dead_at) == (None, clock.moment)
    assert not found[gone].well
