"""A crisis from the caller's tap to a person awake: on both databases, with the clock in the test's hand."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.alerts.models import Alert, Delivery, PushSubscription
from porchlight.alerts.tokens import token_of
from porchlight.alerts.values import DeliveryState
from porchlight.audit.models import AuditEvent
from porchlight.core import jobs as queue
from porchlight.core.clock import local
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.core.tools import Tools
from porchlight.crises import answering, following, queries, raising
from porchlight.crises.answering import NoteBody, ResolveBody, Taken
from porchlight.crises.jobs import advance
from porchlight.crises.models import Crisis, EscalationPolicy
from porchlight.crises.raising import CrisisBody, Raised
from porchlight.crises.values import Ending, Outlook, Reason, State
from porchlight.oncall import service as oncall
from porchlight.people import access
from porchlight.people.access import Capability
from porchlight.people.models import Account, Device
from porchlight.worker import LANES, WORK, Worker
from tests.clocks import Clock
from tests.pushing import Service
from tests.working import work
from tests.world import World

Phone = Callable[..., UUID]
HURT = CrisisBody(id=new_id(), reason=Reason.HURT, words="He fell from the tree and cannot move his arm")


def call_for_help(db: Database, world: World, clock: Clock, name: str = "tamsin", **body: Any) -> Raised:
    given = HURT.model_copy(update={"id": new_id(), **body})
    with db.transaction() as session:
        return raising.raise_crisis(session, world.actor(session, name), given, now=clock.moment)


def acknowledge(db: Database, world: World, clock: Clock, crisis: UUID, name: str) -> Taken:
    with db.transaction() as session:
        return answering.acknowledge(session, crisis, world.accounts[name], "page", now=clock.moment)


def told(db: Database, crisis: UUID) -> list[tuple[str, str]]:
    """The timeline, oldest first: (kind, first name)."""
    with db.reading() as session:
        lines = queries.timeline(session, crisis, with_words=True)
    return [(line.kind, line.name.split(" ")[0]) for line in reversed(lines)]


def rung(push: Service) -> list[str]:
    """Whose phones were rung, in the order of ringing."""
    return [path.split("/")[2].split("-")[0] for path in push.paths()]


def token_for(db: Database, tools: Tools, world: World, name: str) -> str:
    with db.reading() as session:
        query = select(Delivery.id).where(Delivery.account_id == world.accounts[name]).order_by(Delivery.id)  # type: ignore[arg-type]
        return token_of(tools.keys, list(session.exec(query))[-1])


def hear(db: Database, token: str, what: DeliveryState, clock: Clock) -> Taken | None:
    from porchlight.alerts import service

    with db.transaction() as session:
        receipt = service.note(session, token, what, now=clock.moment)
        return answering.hear_receipt(session, receipt, now=clock.moment)


@pytest.mark.duty("S2-10", "S4-31")
def test_the_person_on_call_is_rung_at_once_and_the_next_ones_at_their_times(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    for name in ("lee", "joss", "priya", "mara", "rowan"):
        phone(name)

    raised = call_for_help(db, world, clock)
    work(sending)
    assert (raised.number, raised.reaching) == (1001, 1)
    assert rung(push) == ["lee"]

    hear(db, token_for(db, sending, world, "lee"), DeliveryState.SHOWN, clock)

    for seconds, so_far in [(299, ["lee"]), (1, ["lee", "joss"]), (300, ["lee", "joss", "priya"])]:
        clock.move(seconds=seconds)
        work(sending)
        assert rung(push) == so_far
    clock.move(minutes=5)
    work(sending)
    assert rung(push)[-1] == "mara"
    clock.move(minutes=5)
    work(sending)
    assert sorted(rung(push)[-2:]) == ["lee", "mara"]  # the last resort, and the chain anew
    assert told(db, raised.id)[:5] == [
        ("raised", "Tamsin"),
        ("paging", "Lee"),
        ("accepted", "Lee"),
        ("shown", "Lee"),
        ("paging", "Joss"),
    ]


@pytest.mark.parametrize("what", ["404", "410", "429", "500", "413", "redirect"])
@pytest.mark.duty("S2-10")
def test_whatever_a_push_service_answers_but_yes_the_next_person_is_rung_at_once(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service, what: str
) -> None:
    phone("lee", what)
    phone("joss")

    raised = call_for_help(db, world, clock)
    work(sending)

    assert rung(push) == ["lee", "joss"]
    assert [line for line in told(db, raised.id) if line[0] in ("failed", "accepted")] == [
        ("failed", "Lee"),
        ("accepted", "Joss"),
    ]


def test_a_phone_that_could_not_be_rung_is_rung_again_while_the_next_one_rings_too(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee", "once")
    phone("joss")
    raised = call_for_help(db, world, clock)
    work(sending)
    assert rung(push) == ["lee", "joss"]

    clock.move(seconds=5)
    work(sending)

    assert rung(push) == ["lee", "joss", "lee"]
    assert told(db, raised.id)[-1] == ("accepted", "Lee")


def test_a_push_service_that_hangs_costs_five_seconds_and_no_more(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee", "hang")
    phone("joss")

    call_for_help(db, world, clock)
    work(sending)

    assert rung(push) == ["lee", "joss"]


def test_a_second_phone_that_works_is_enough(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee", "410")
    phone("lee")
    phone("joss")

    call_for_help(db, world, clock)
    work(sending)

    assert rung(push) == ["lee", "lee"]


def test_without_any_phone_the_next_one_is_rung_and_the_answer_counts_only_who_can_hear(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("joss")

    raised = call_for_help(db, world, clock)
    work(sending)

    assert raised.reaching == 1
    assert rung(push) == ["joss"]
    assert told(db, raised.id)[:4] == [("raised", "Tamsin"), ("paging", "Lee"), ("failed", "Lee"), ("paging", "Joss")]


@pytest.mark.parametrize("lost", ["turned off", "handed on", "taken back", "of somebody who left"])
@pytest.mark.duty("S2-10")
def test_when_a_phone_is_lost_after_the_call_was_made_the_next_person_is_rung_at_once(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service, lost: str
) -> None:
    device = phone("lee")
    phone("joss")
    raised = call_for_help(db, world, clock)

    with db.transaction() as session:
        held = session.exec(select(PushSubscription).where(PushSubscription.device_id == device)).one()
        if lost == "turned off":
            held.dead_at = clock.moment
        elif lost == "handed on":
            held.account_id = world.accounts["rowan"]
        elif lost == "taken back":
            session.get_one(Device, device).revoked_at = clock.moment
        else:
            session.get_one(Account, world.accounts["lee"]).disabled_at = clock.moment
    work(sending)

    assert rung(push) == ["joss"]
    assert ("failed", "Lee") in told(db, raised.id)


def test_a_phone_lost_after_the_crisis_was_taken_calls_nobody_else(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    device = phone("lee")
    phone("joss")
    raised = call_for_help(db, world, clock)
    acknowledge(db, world, clock, raised.id, "lee")

    with db.transaction() as session:
        session.exec(select(PushSubscription).where(PushSubscription.device_id == device)).one().dead_at = clock.moment
    work(sending)

    assert rung(push) == []
    assert ("failed", "Lee") not in told(db, raised.id)


def test_when_no_phone_can_be_woken_the_caller_hears_it_at_once(
    db: Database, world: World, clock: Clock, sending: Tools
) -> None:
    raised = call_for_help(db, world, clock)
    work(sending)

    assert raised.reaching == 0
    with db.reading() as session:
        status = following.caller_status(session, world.actor(session, "tamsin"), raised.id, now=clock.moment)
    assert status.overdue
    assert (status.reaching, status.outlook) == (0, Outlook.NOBODY)
    assert status.next_at == clock.moment + timedelta(minutes=20)
    assert [(one.name.split(" ")[0], one.position) for one in status.ring] == [
        ("Lee", "worker"),
        ("Joss", "backup"),
        ("Priya", "supervisor"),
        ("Mara", ""),  # the last resort
        ("", ""),  # the agency's own line
    ]
    assert ("paging", "Mara") in told(db, raised.id)  # the last resort was called all the same


def test_the_caller_is_told_what_is_to_come_and_whom_to_ring_in_the_order_of_the_rota(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    for name in ("lee", "joss", "priya", "mara"):
        phone(name)
    raised = call_for_help(db, world, clock)

    def status() -> tuple[object, ...]:
        work(sending)
        with db.reading() as session:
            found = following.caller_status(session, world.actor(session, "tamsin"), raised.id, now=clock.moment)
        minutes = (found.next_at - found.raised_at) / timedelta(minutes=1) if found.next_at else None
        return found.outlook, minutes, found.reaching, [one.name.split(" ")[0] for one in found.ring]

    assert status() == (Outlook.NEXT, 5, 1, ["Lee"])
    clock.move(minutes=5)
    assert status() == (Outlook.NEXT, 10, 2, ["Lee", "Joss", ""])
    clock.move(minutes=10)
    assert status() == (Outlook.NEXT, 20, 4, ["Lee", "Joss", "Priya", "Mara", ""])
    acknowledge(db, world, clock, raised.id, "joss")
    assert status() == (None, None, 4, ["Joss"])


def test_phones_that_fell_silent_one_after_the_other_are_nobody_at_last(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    for name in ("lee", "joss", "priya", "mara"):
        phone(name, "410")
    raised = call_for_help(db, world, clock)
    assert raised.reaching == 1
    work(sending)

    with db.reading() as session:
        status = following.caller_status(session, world.actor(session, "tamsin"), raised.id, now=clock.moment)
    assert (status.overdue, status.outlook, status.reaching) == (True, Outlook.NOBODY, 0)


def test_a_caller_finds_the_own_open_alerts_until_they_are_over(db: Database, world: World, clock: Clock) -> None:
    first = call_for_help(db, world, clock, "sunniva")
    clock.move(minutes=1)
    second = call_for_help(db, world, clock, "sunniva")
    call_for_help(db, world, clock, "tamsin")
    acknowledge(db, world, clock, first.id, "lee")

    def mine() -> list[tuple[int, str]]:
        with db.reading() as session:
            return [(one.number, one.taken_by) for one in following.mine(session, world.accounts["sunniva"])]

    assert mine() == [(second.number, ""), (first.number, "Lee Marchetti")]
    with db.transaction() as session:
        body = ResolveBody(ending=Ending.CALM)
        answering.resolve(session, world.actor(session, "lee"), first.id, body, now=clock.moment)
    assert mine() == [(second.number, "")]


def test_a_person_who_has_left_is_skipped(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee")
    phone("joss")
    with db.transaction() as session:
        session.get_one(Account, world.accounts["lee"]).disabled_at = clock.moment

    raised = call_for_help(db, world, clock)
    work(sending)

    assert rung(push) == ["joss"]
    assert ("nobody", "") in told(db, raised.id)
    with db.reading() as session:
        assert [one.what for one in queries.timeline(session, raised.id, with_words=True) if one.kind == "nobody"] == [
            "worker"
        ]


@pytest.mark.duty("S4-31")
def test_who_is_called_is_who_is_on_call_at_that_moment(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee")
    phone("joss")
    with db.transaction() as session:
        oncall.stand_in(
            session,
            world.actor(session, "priya"),
            world.schedule,
            "worker",
            world.accounts["joss"],
            from_at=clock.moment,
            to_at=clock.moment + timedelta(hours=1),
            now=clock.moment,
        )

    call_for_help(db, world, clock)
    work(sending)

    assert rung(push) == ["joss"]


def test_i_have_got_it_ends_the_ringing(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee")
    phone("joss")
    raised = call_for_help(db, world, clock)
    work(sending)

    clock.move(seconds=40)
    mine = acknowledge(db, world, clock, raised.id, "lee")
    clock.move(minutes=19)
    work(sending)

    assert mine.yours
    assert rung(push) == ["lee"]
    assert told(db, raised.id)[-1] == ("taken", "Lee")


def test_the_first_one_has_it_and_the_second_is_told_who(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    phone("lee")
    phone("joss")
    raised = call_for_help(db, world, clock)
    clock.move(minutes=5)
    work(sending)

    first = acknowledge(db, world, clock, raised.id, "joss")
    second = acknowledge(db, world, clock, raised.id, "lee")
    repeat = acknowledge(db, world, clock, raised.id, "joss")

    assert (first.yours, second.yours, repeat.yours) == (True, False, True)
    assert second.account_id == world.accounts["joss"]
    assert [line for line in told(db, raised.id) if line[0] == "taken"] == [("taken", "Joss")]


def test_only_who_was_called_may_take_it(db: Database, world: World, clock: Clock) -> None:
    raised = call_for_help(db, world, clock)

    for name in ("tamsin", "rowan", "corin", "sunniva"):
        with pytest.raises(NotFound):
            acknowledge(db, world, clock, raised.id, name)
    with pytest.raises(NotFound):
        acknowledge(db, world, clock, new_id(), "lee")


def test_an_answer_from_the_notification_is_the_same_answer(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    phone("lee")
    raised = call_for_help(db, world, clock)
    work(sending)
    token = token_for(db, sending, world, "lee")

    seen = hear(db, token, DeliveryState.SHOWN, clock)
    answer = hear(db, token, DeliveryState.ACKNOWLEDGED, clock)
    again = hear(db, token, DeliveryState.ACKNOWLEDGED, clock)

    assert seen is not None
    assert (seen.account_id, seen.yours) == (None, False)
    assert answer is not None
    assert answer == again
    assert answer.yours
    assert told(db, raised.id)[2:] == [("accepted", "Lee"), ("shown", "Lee"), ("taken", "Lee")]


def test_the_caller_can_follow_along(db: Database, world: World, clock: Clock, sending: Tools, phone: Phone) -> None:
    phone("lee")
    raised = call_for_help(db, world, clock)

    def status() -> following.CallerStatus:
        with db.reading() as session:
            return following.caller_status(session, world.actor(session, "tamsin"), raised.id, now=clock.moment)

    work(sending)
    assert (status().state, status().reached, status().overdue) == (State.RAISED, (), False)
    hear(db, token_for(db, sending, world, "lee"), DeliveryState.SHOWN, clock)
    assert status().reached == ("Lee",)
    clock.move(minutes=5)
    assert status().overdue
    clock.move(seconds=4)
    acknowledge(db, world, clock, raised.id, "lee")
    holder = status().taken_by
    assert holder is not None
    assert (holder.name, holder.at, status().overdue) == ("Lee Marchetti", clock.moment, False)
    assert [(one.name, one.phone) for one in status().ring] == [("Lee Marchetti", "+15550110")]


def test_nobody_else_follows_somebodys_call(db: Database, world: World, clock: Clock) -> None:
    raised = call_for_help(db, world, clock)

    for name in ("lee", "sunniva", "priya"):
        with db.reading() as session, pytest.raises(NotFound):
            following.caller_status(session, world.actor(session, name), raised.id, now=clock.moment)


def test_the_same_call_twice_is_one_crisis_with_one_number(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee")
    crisis_id = new_id()

    first = call_for_help(db, world, clock, id=crisis_id)
    work(sending)
    clock.move(minutes=6)
    work(sending)
    again = call_for_help(db, world, clock, id=crisis_id)

    assert (first.new, again.new) == (True, False)
    assert (again.number, again.reaching) == (first.number, first.reaching)
    assert call_for_help(db, world, clock).number == first.number + 1


@pytest.mark.parametrize("change", [{"words": "Something else"}, {"reason": Reason.THREAT}, {"by": "sunniva"}])
def test_another_call_under_the_same_id_is_refused(
    db: Database, world: World, clock: Clock, change: dict[str, Any]
) -> None:
    crisis_id = new_id()
    call_for_help(db, world, clock, id=crisis_id)

    more = dict(change)
    with pytest.raises(Conflict):
        call_for_help(db, world, clock, more.pop("by", "tamsin"), id=crisis_id, **more)


@pytest.mark.parametrize(
    ("name", "sees_it"), [("rowan", True), ("priya", True), ("sunniva", True), ("tamsin", False), ("corin", False)]
)
def test_a_family_that_the_caller_may_not_see_is_left_out_and_help_comes_all_the_same(
    db: Database, world: World, clock: Clock, name: str, sees_it: bool
) -> None:
    raised = call_for_help(db, world, clock, name, case_id=world.case)

    with db.reading() as session:
        kept = session.get_one(Crisis, raised.id).case_id
    assert kept == (world.case if sees_it else None)


@pytest.mark.duty("S2-10")
def test_a_responder_sees_the_family_while_the_crisis_is_open_and_not_after(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone
) -> None:
    phone("lee")

    def open_to(name: str) -> bool:
        with db.reading() as session:
            actor = world.actor(session, name)
            return bool(access.fields(session, actor, world.case, Capability.FACE_SHEET, now=clock.moment))

    assert not open_to("lee")
    raised = call_for_help(db, world, clock, "sunniva", case_id=world.case)
    assert open_to("lee")
    assert not open_to("joss")  # not called yet
    clock.move(minutes=5)
    work(sending)
    assert open_to("joss")
    acknowledge(db, world, clock, raised.id, "lee")
    assert open_to("lee")

    with db.transaction() as session:
        body = ResolveBody(ending=Ending.CALM)
        answering.resolve(session, world.actor(session, "lee"), raised.id, body, now=clock.moment)
    assert not open_to("lee")
    assert not open_to("joss")


@pytest.mark.duty("S2-10", "S4-45")
def test_what_happens_is_written_down_and_then_it_is_over(db: Database, world: World, clock: Clock) -> None:
    raised = call_for_help(db, world, clock)
    acknowledge(db, world, clock, raised.id, "lee")
    with db.transaction() as session:
        lee = world.actor(session, "lee")
        answering.note(session, lee, raised.id, NoteBody(words="Spoke with Tamsin. Going there."), now=clock.moment)
        answering.resolve(session, lee, raised.id, ResolveBody(ending=Ending.HOSPITAL), now=clock.move(hours=1))
        answering.resolve(session, lee, raised.id, ResolveBody(ending=Ending.CALM), now=clock.move(hours=1))

    with db.reading() as session:
        lines = queries.timeline(session, raised.id, with_words=True)
        for_the_caller = queries.timeline(session, raised.id, with_words=False)
        acts = session.exec(select(AuditEvent.act).where(AuditEvent.subject_id == raised.id)).all()
    assert [(line.kind, line.words) for line in lines[:2]] == [
        ("resolved", ""),
        ("note", "Spoke with Tamsin. Going there."),
    ]
    assert "note" not in {line.kind for line in for_the_caller}
    assert sorted(acts) == ["crisis.noted", "crisis.raised", "crisis.resolved", "crisis.taken"]
    with db.transaction() as session, pytest.raises(Refused):
        answering.note(session, world.actor(session, "lee"), raised.id, NoteBody(words="Late"), now=clock.moment)


def test_only_the_one_who_has_it_or_a_supervisor_who_was_called_ends_it(
    db: Database, world: World, clock: Clock, sending: Tools
) -> None:
    raised = call_for_help(db, world, clock)
    work(sending)
    body = ResolveBody(ending=Ending.MISTAKE)

    with db.transaction() as session:
        with pytest.raises(Refused):
            answering.resolve(session, world.actor(session, "joss"), raised.id, body, now=clock.moment)
        with pytest.raises(NotFound):
            answering.resolve(session, world.actor(session, "tamsin"), raised.id, body, now=clock.moment)
        answering.resolve(session, world.actor(session, "priya"), raised.id, body, now=clock.moment)

    assert told(db, raised.id)[-1] == ("resolved", "Priya")


def test_a_change_of_the_policy_does_not_reach_into_an_open_crisis(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    for name in ("lee", "joss"):
        phone(name)
    call_for_help(db, world, clock)
    with db.transaction() as session:
        policy = session.exec(select(EscalationPolicy)).one()
        policy.levels = [{"position": "worker", "after_seconds": 0}]

    clock.move(minutes=5)
    work(sending)

    assert rung(push) == ["lee", "joss"]


def test_a_repeated_or_early_timer_calls_nobody_twice(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    phone("lee")
    raised = call_for_help(db, world, clock)
    for _ in range(3):
        advance(sending, {"crisis_id": str(raised.id)})
    work(sending)

    assert rung(push) == ["lee"]
    with db.reading() as session:
        assert len(session.exec(select(Alert)).all()) == 1


def test_a_worker_killed_while_calling_leaves_the_call_to_the_next_one(
    db: Database,
    world: World,
    clock: Clock,
    sending: Tools,
    phone: Phone,
    push: Service,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone("lee")
    phone("joss")
    raised = call_for_help(db, world, clock)
    work(sending)
    clock.move(minutes=5)

    def killed(*_args: object, **_how: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("porchlight.alerts.sending.send_all", killed)
        with pytest.raises(KeyboardInterrupt):
            work(sending)
    clock.move(seconds=10)
    work(sending)

    assert rung(push) == ["lee", "joss"]
    assert [line for line in told(db, raised.id) if line[0] == "paging"] == [("paging", "Lee"), ("paging", "Joss")]


def test_a_timer_that_was_lost_is_picked_up(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    from porchlight.crises import watching

    phone("lee")
    phone("joss")
    call_for_help(db, world, clock)
    work(sending)
    with db.transaction() as session:
        for job in session.exec(select(queue.Job)):
            session.delete(job)

    clock.move(minutes=5, seconds=6)
    work(sending)
    assert rung(push) == ["lee"]
    watching.watch(sending, "one")
    work(sending)

    assert rung(push) == ["lee", "joss"]


def test_the_hour_of_the_answer_is_the_agencys_hour(db: Database, world: World, clock: Clock) -> None:
    raised = call_for_help(db, world, clock)
    clock.move(hours=15, minutes=4)
    acknowledge(db, world, clock, raised.id, "lee")

    with db.reading() as session:
        holder = queries.holder(session, raised.id)
    assert holder is not None
    assert local(holder.at, "America/Chicago").strftime("%I:%M %p") == "03:04 AM"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.duty("S2-10")
def test_a_crisis_does_not_wait_behind_photos(
    db: Database, world: World, clock: Clock, sending: Tools, phone: Phone, push: Service
) -> None:
    """Every lane for ordinary work holds a photo until the end; many more wait, and all of them longer."""
    phone("lee")
    with db.transaction() as session:
        for _ in range(24):
            queue.enqueue(session, "evidence.develop", {}, due_at=clock.moment)
    over, at_work = threading.Event(), threading.Semaphore(0)

    def develop(_tools: Tools, _payload: dict[str, Any]) -> None:
        at_work.release()
        over.wait(30)

    worker = Worker(sending, {**WORK, "evidence.develop": develop})
    worker.start()
    try:
        assert all(at_work.acquire(timeout=10) for _ in range(LANES))
        clock.move(seconds=1)
        call_for_help(db, world, clock)
        began = time.monotonic()
        while not push.paths() and time.monotonic() - began < 10:
            time.sleep(0.01)
        took = time.monotonic() - began
    finally:
        over.set()
        worker.stop()

    assert rung(push)[:1] == ["lee"]
    assert took < 2  # oncall.md, Promises


def test_the_worker_knows_every_kind_of_work_that_a_crisis_leaves(sending: Tools) -> None:
    assert {"alerts.send", "crises.advance"} <= set(Worker(sending).work)
