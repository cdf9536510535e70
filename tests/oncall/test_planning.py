"""Changing a rota: only a supervisor, nothing that has been is rewritten, and whoever is not eligible needs a reason."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import select

from porchlight.alerts.ways import service as alone
from porchlight.audit.models import AuditEvent
from porchlight.core.clock import iso
from porchlight.core.db import Database
from porchlight.core.refused import NotFound, Refused
from porchlight.oncall import queries
from porchlight.oncall.models import Override, Rotation, Schedule, Swap
from porchlight.oncall.planning import forms, service, setting
from porchlight.oncall.planning.drafts import OverrideDraft, ScheduleDraft, SpanDraft, TemporaryDraft, TurnsDraft
from porchlight.people.models import Account
from tests.browsing import Browser, text_of
from tests.clocks import Clock
from tests.world import MONDAY, World

Browsers = Callable[..., Browser]
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def who(db: Database, world: World, at: datetime, position: str = "worker") -> str | None:
    names = {one: name for name, one in world.accounts.items()}
    with db.reading() as session:
        found = queries.who(session, world.schedule, at).get(position)
    return names[found] if found else None


def revision(db: Database, world: World) -> int:
    with db.reading() as session:
        return session.get_one(Schedule, world.schedule).revision


def turns(world: World, *names: str, **other: Any) -> TurnsDraft:
    """Daily turns from this Monday noon in Chicago."""
    given = {
        "position": "worker",
        "kind": "daily",
        "length": 1,
        "first_on": date(2026, 11, 23),
        "hand_off": time(12),
        **other,
    }
    return TurnsDraft(members=[world.accounts[one] for one in names], **given)


def change(world: World, **given: Any) -> OverrideDraft:
    people = {name: world.accounts[given[name]] for name in ("account_id", "instead_of") if given.get(name)}
    span = {"from_at": SATURDAY, "to_at": SATURDAY + 8 * HOUR}
    return OverrideDraft(**{"position": "worker", **span, **given, **people})


def by_priya(
    db: Database, world: World, act: Callable[..., Any], *given: Any, now: datetime = MONDAY, **named: Any
) -> Any:
    with db.transaction() as session:
        return act(session, world.actor(session, "priya"), world.schedule, *given, now=now, **named)


def test_new_turns_count_from_now_on_and_the_past_stays_as_it_was(db: Database, world: World) -> None:
    with db.reading() as session:
        old = session.exec(select(Rotation.id).where(Rotation.position == "worker")).one()
    before = revision(db, world)

    by_priya(db, world, service.take_turns, turns(world, "joss", "rowan"), instead_of=old)

    assert [who(db, world, MONDAY + n * HOUR) for n in (-1, 0, 23, 24)] == ["lee", "joss", "joss", "rowan"]
    assert revision(db, world) == before + 1
    with db.reading() as session:
        acts = session.exec(select(AuditEvent.act).where(AuditEvent.act == "oncall.turns")).all()
    assert acts == ["oncall.turns"]


@on_sqlite
def test_turns_of_a_higher_rank_go_before_others_where_their_window_is_open(db: Database, world: World) -> None:
    nights = {"weekdays": list(range(7)), "start": "22:00", "end": "06:00"}
    by_priya(db, world, service.take_turns, turns(world, "joss", priority=1, windows=[nights]))

    evening = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # ten in Chicago
    assert [who(db, world, evening + n * HOUR) for n in (-0.01, 0, 7.99, 8)] == ["lee", "joss", "joss", "lee"]


@on_sqlite
def test_turns_that_end_leave_a_gap_which_the_last_resort_does_not_hide(db: Database, world: World) -> None:
    with db.reading() as session:
        old = session.exec(select(Rotation.id).where(Rotation.position == "worker")).one()

    by_priya(db, world, service.end_turns, old)

    assert [who(db, world, MONDAY + n * HOUR) for n in (-1, 0, 1)] == ["lee", None, None]


@on_sqlite
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"account_id": "joss"}, "joss"),
        ({"account_id": "joss", "instead_of": "rowan"}, "joss"),
        ({"account_id": "joss", "instead_of": "lee"}, "rowan"),
        ({"instead_of": "rowan"}, None),
    ],
    ids=["whoever it is", "one who is on call", "one who is not", "only out"],
)
def test_overrides_of_each_kind(db: Database, world: World, given: dict[str, str], expected: str | None) -> None:
    by_priya(db, world, service.override, change(world, **given))

    assert [who(db, world, SATURDAY + n * HOUR) for n in (-1, 0, 7, 8)] == ["rowan", expected, expected, "rowan"]


def test_an_override_that_is_taken_back_counted_until_then(db: Database, world: World) -> None:
    made = by_priya(db, world, service.override, change(world, account_id="joss"))
    before = revision(db, world)

    for later in (2, 3):
        by_priya(db, world, service.take_back, made, now=SATURDAY + later * HOUR)

    assert [who(db, world, SATURDAY + n * HOUR) for n in (0, 1.99, 2, 4)] == ["joss", "joss", "rowan", "rowan"]
    assert revision(db, world) == before + 1


@on_sqlite
def test_an_override_for_a_time_that_has_begun_counts_from_now(db: Database, world: World) -> None:
    by_priya(db, world, service.override, change(world, account_id="joss", from_at=MONDAY - DAY, to_at=MONDAY + DAY))

    assert [who(db, world, MONDAY + n * HOUR) for n in (-1, 0)] == ["lee", "joss"]


@pytest.mark.duty("S2-40")
@on_sqlite
def test_who_is_not_eligible_is_refused_with_the_reason_unless_the_supervisor_writes_why(
    db: Database, world: World
) -> None:
    with db.transaction() as session:
        session.get_one(Account, world.accounts["joss"]).employed_since = MONDAY.date()

    with pytest.raises(Refused) as refused:
        by_priya(db, world, service.override, change(world, account_id="joss"))
    with pytest.raises(Refused) as without_words:
        by_priya(db, world, service.override, change(world, account_id="joss", anyway=True))
    by_priya(
        db, world, service.override, change(world, account_id="joss", anyway=True, reason="Shadowed Lee for a month")
    )

    assert "less than {months} months" in refused.value.message
    assert without_words.value.errors[0].field == "reason"
    assert who(db, world, SATURDAY) == "joss"
    with db.reading() as session:
        act = session.exec(select(AuditEvent).where(AuditEvent.act == "oncall.override")).one()
    assert act.detail["accepted"] == "tenure"


@on_sqlite
def test_who_has_nothing_but_alerts_on_a_phone_is_put_on_call_once_a_supervisor_has_accepted_that(
    db: Database, world: World
) -> None:
    def accept(*, accept: bool) -> None:
        with db.transaction() as session:
            priya, joss = world.actor(session, "priya"), world.accounts["joss"]
            later = MONDAY + HOUR * accept
            alone.accept_push_only(session, priya, joss, "Lives beside the office", accept=accept, now=later)

    accept(accept=False)
    with pytest.raises(Refused) as refused:
        by_priya(db, world, service.override, change(world, account_id="joss"))
    before = who(db, world, SATURDAY)
    accept(accept=True)
    by_priya(db, world, service.override, change(world, account_id="joss"))

    assert "Only alerts on a phone" in refused.value.message
    assert (before, who(db, world, SATURDAY)) == ("rowan", "joss")


@on_sqlite
def test_no_words_put_somebody_on_call_who_takes_no_shifts(db: Database, world: World) -> None:
    for who_not, position in (("tamsin", "worker"), ("joss", "director")):
        with pytest.raises(Refused):
            by_priya(
                db,
                world,
                service.override,
                change(world, account_id=who_not, position=position, anyway=True, reason="x"),
            )


def test_a_temporary_schedule_replaces_all_in_its_positions_and_then_it_is_as_if_it_had_not_been(
    db: Database, world: World
) -> None:
    by_priya(db, world, service.override, change(world, account_id="mara"))
    joss = SpanDraft(position="worker", account_id=world.accounts["joss"], from_at=SATURDAY, to_at=SATURDAY + 2 * HOUR)
    draft = TemporaryDraft(positions=["worker"], from_at=SATURDAY, to_at=SATURDAY + 4 * HOUR, spans=[joss])

    by_priya(db, world, service.replace_for_a_while, draft)

    assert [who(db, world, SATURDAY + n * HOUR) for n in (-1, 0, 2, 4, 8)] == ["rowan", "joss", None, "mara", "rowan"]
    assert who(db, world, SATURDAY, "backup") == "joss"


def test_swaps_that_were_taken_count_one_after_the_other_and_others_do_not(db: Database, world: World) -> None:
    ids = world.accounts

    def swap(asked: str, taken: str | None, start: float, end: float, settled: float) -> Swap:
        return Swap(
            schedule_id=world.schedule, position="worker", kind="asked", asked_by=ids[asked], taken_by=ids[taken] if taken else None,
            from_at=SATURDAY + start * HOUR, to_at=SATURDAY + end * HOUR, state="taken" if taken else "asked", made_by=ids[asked],
            asked_at=MONDAY, settled_at=MONDAY + settled * HOUR,
        )  # fmt: skip

    with db.transaction() as session:
        session.add_all([swap("joss", "mara", 2, 3, 2), swap("rowan", "joss", 0, 4, 1), swap("rowan", None, 4, 6, 3)])

    assert [who(db, world, SATURDAY + n * HOUR) for n in (-1, 0, 2, 3, 4)] == ["rowan", "joss", "mara", "joss", "rowan"]


@on_sqlite
@pytest.mark.parametrize("name", ["lee", "rowan", "odell", "corin", "sunniva"])
def test_only_a_supervisor_of_the_agency_changes_a_rota(
    db: Database, world: World, name: str, browser_of: Browsers
) -> None:
    with db.transaction() as session, pytest.raises(NotFound):
        service.override(
            session, world.actor(session, name), world.schedule, change(world, account_id="joss"), now=MONDAY
        )
    for page in ("turns", "override", "temporary", "publish", "setting"):
        assert browser_of(name).get(f"/oncall/schedules/{world.schedule}/{page}").status_code == 404


@on_sqlite
def test_a_form_moves_people_up_and_down_without_keeping_anything_until_it_is_saved(
    db: Database, world: World, browser_of: Browsers
) -> None:
    priya, path = browser_of("priya"), f"/oncall/schedules/{world.schedule}/turns"
    lee, joss, rowan = (str(world.accounts[one]) for one in ("lee", "joss", "rowan"))
    filled = {
        "position": "worker",
        "kind": "daily",
        "length": "1",
        "first_on": "2026-11-23",
        "hand_off": "12:00",
        "priority": "5",
    }
    sent = {**filled, "members": [lee, joss], "add": rowan}

    drawn = priya.post(path, data={**sent, "do": "add"})
    moved = priya.post(path, data={**sent, "do": "up:1", "add": ""})
    kept = revision(db, world)
    saved = priya.post(path, data={**filled, "members": [joss, lee], "do": "save"})

    assert (
        drawn.text.index(f'value="{lee}"') < drawn.text.index(f'value="{joss}"') < drawn.text.index(f'value="{rowan}"')
    )
    assert moved.text.index(f'value="{joss}"') < moved.text.index(f'value="{lee}"')
    assert kept == 0
    assert (saved.status_code, saved.headers["location"]) == (303, f"/oncall/schedules/{world.schedule}")
    assert [who(db, world, MONDAY + n * DAY) for n in (0, 1, 2)] == ["joss", "lee", "joss"]


@on_sqlite
def test_a_form_with_a_mistake_keeps_what_was_typed(world: World, browser_of: Browsers) -> None:
    path = f"/oncall/schedules/{world.schedule}/turns"

    answer = browser_of("priya").post(
        path, data={"position": "worker", "kind": "daily", "length": "none", "first_on": "2026-11-23", "do": "save"}
    )

    assert answer.status_code == 422
    assert 'value="none"' in answer.text
    assert "Add at least one person." in answer.text


@on_sqlite
def test_pages_of_a_rota_tell_who_when_and_what_is_to_come(
    db: Database, world: World, browser_of: Browsers, clock: Clock
) -> None:
    by_priya(db, world, service.override, change(world, account_id="joss", reason="A wedding"))
    priya, base = browser_of("priya"), f"/oncall/schedules/{world.schedule}"

    page = text_of(priya.get(base))
    wall = {"from_at": "2026-11-28T06:00", "to_at": "2026-11-28T08:00", "position": "worker"}
    changed = priya.post(f"{base}/override", data={**wall, "account_id": str(world.accounts["mara"])})

    assert "Yes, in each position, for the next 30 days." in page
    assert "The next 7 days are not published." in page
    assert "Joss Wetherby First on call. From Nov 28, 2026, 6:00 am to Nov 28, 2026, 2:00 pm. A wedding" in page
    assert "Every week: Lee Marchetti, Rowan Ibarra" in page
    assert changed.status_code == 303
    assert [who(db, world, SATURDAY + n * HOUR) for n in (0, 2)] == ["mara", "joss"]
    assert "Take back" not in text_of(browser_of("lee").get(base))


@on_sqlite
def test_the_api_does_what_the_pages_do(db: Database, world: World, browser_of: Browsers) -> None:
    priya, base = browser_of("priya"), f"/api/v1/oncall/{world.schedule}"
    joss, span = str(world.accounts["joss"]), {"from_at": iso(SATURDAY), "to_at": iso(SATURDAY + 8 * HOUR)}

    made = priya.post(f"{base}/overrides", json={"position": "worker", "account_id": joss, **span})
    other = {
        "positions": ["worker"],
        **span,
        "spans": [{"position": "worker", "account_id": str(world.accounts["mara"]), **span}],
    }
    instead = priya.post(f"{base}/temporary", json=other)

    assert (made.status_code, instead.status_code) == (201, 201)
    assert who(db, world, SATURDAY) == "mara"
    assert (
        browser_of("joss")
        .post(f"{base}/overrides", json={"position": "worker", "account_id": joss, **span})
        .status_code
        == 404
    )


@on_sqlite
def test_a_schedule_is_set_up_with_the_positions_that_it_has(db: Database, world: World) -> None:
    draft = ScheduleDraft(
        name="Birch nights",
        time_zone="America/Denver",
        positions=["backup", "worker"],
        last_resort_id=world.accounts["mara"],
    )

    with db.transaction() as session:
        made = setting.set_up(session, world.actor(session, "priya"), draft, now=MONDAY)
    with db.reading() as session:
        line = queries.schedule(session, made)

    assert line is not None
    assert (line.positions, line.zone, line.last_resort_id) == (
        ("worker", "backup"),
        "America/Denver",
        world.accounts["mara"],
    )


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("up:2", "acb"),
        ("down:0", "bac"),
        ("out:1", "ac"),
        ("up:0", "abc"),
        ("down:9", "abc"),
        ("add", "abcd"),
        ("save", "abc"),
    ],
)
def test_the_order_of_people_changes_by_one_place(act: str, expected: str) -> None:
    assert "".join(forms.reordered(list("abc"), act if act != "save" else "out:x", "d")) == expected


@on_sqlite
def test_a_withdrawn_change_that_had_not_begun_never_counts(db: Database, world: World) -> None:
    made = by_priya(db, world, service.override, change(world, account_id="joss"))

    by_priya(db, world, service.take_back, made)

    assert who(db, world, SATURDAY) == "rowan"
    with db.reading() as session:
        assert session.get_one(Override, made).withdrawn_by == world.accounts["priya"]
