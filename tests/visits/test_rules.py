"""The rules of a visit, by table."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from porchlight.core.clock import parse_iso
from porchlight.core.keys import sha256
from porchlight.core.refused import Invalid, Refused
from porchlight.visits import rules
from porchlight.visits.values import Answer, Asked, Difference, Kind, Place

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NONE = timedelta(0)
GIDEON, HESTER = UUID(int=1), UUID(int=2)
SUMMARIES = json.loads((Path(__file__).parent / "summaries.json").read_text())


@dataclass
class One:
    person_id: UUID = GIDEON
    seen: bool = True
    alone: str = "yes"
    alone_reason: str = ""
    not_seen_reason: str = ""


def fields(refused: Refused) -> list[str]:
    return [error.field for error in refused.errors]


@pytest.mark.parametrize("case", SUMMARIES, ids=[case["name"] for case in SUMMARIES])
def test_the_summary_is_the_same_text_as_on_the_phone(case: dict[str, Any]) -> None:
    body, said = case["body"], case["body"]["summary"]

    text = rules.summary_text(
        visit_id=UUID(body["visit_id"]),
        started_at=parse_iso(body["started_at"]),
        ended_at=parse_iso(body["ended_at"]),
        zone=body["zone"],
        place=body["place"],
        came=said["came"],
        agreed=said["agreed"],
        next_visit=date.fromisoformat(said["next_visit"]) if said["next_visit"] else None,
        note=said["note"],
    )

    assert text == case["text"]
    assert sha256(text.encode()) == case["sha256"]


@pytest.mark.parametrize(
    ("started", "ended", "drift"),
    [
        (-2 * HOUR, -HOUR, NONE),
        (-HOUR, -HOUR, NONE),
        (-24 * HOUR, NONE, NONE),
        (-HOUR, 10 * MINUTE, NONE),
        (10 * MINUTE, 10 * MINUTE, NONE),
        (-HOUR, 29 * MINUTE, 20 * MINUTE),
        (-30 * 24 * HOUR, -30 * 24 * HOUR + HOUR, NONE),
        (-HOUR, NONE, -365 * 24 * HOUR),
    ],
)
def test_times_that_can_be_are_taken(started: timedelta, ended: timedelta, drift: timedelta) -> None:
    rules.check_times(NOON + started, NOON + ended, now=NOON, drift=drift)


@pytest.mark.parametrize(
    ("started", "ended", "drift", "field", "says"),
    [
        (11 * MINUTE, HOUR, NONE, "started_at", "not come yet"),
        (-HOUR, 11 * MINUTE, NONE, "ended_at", "not come yet"),
        (-HOUR, 31 * MINUTE, 20 * MINUTE, "ended_at", "not come yet"),
        (730 * 24 * HOUR, 730 * 24 * HOUR + HOUR, 730 * 24 * HOUR, "started_at", "check the clock"),
        (-HOUR, -2 * HOUR, NONE, "ended_at", "before the beginning"),
        (-25 * HOUR, -MINUTE * 59, NONE, "ended_at", "at most 24 hours"),
        (-27 * 366 * 24 * HOUR, -HOUR, NONE, "started_at", "Check the day"),
    ],
)
def test_times_that_cannot_be_are_refused_beside_their_field(
    started: timedelta, ended: timedelta, drift: timedelta, field: str, says: str
) -> None:
    with pytest.raises(Refused, match=says) as refused:
        rules.check_times(NOON + started, NOON + ended, now=NOON, drift=drift)

    assert fields(refused.value) == [field]


def test_a_phone_that_runs_slow_is_not_told_that_now_is_the_future() -> None:
    rules.check_times(NOON - HOUR, NOON, now=NOON, drift=-30 * MINUTE)


@pytest.mark.parametrize(
    ("captured", "drift", "entered"),
    [
        (NOON - HOUR, NONE, NOON - HOUR),
        (NOON - HOUR, 30 * MINUTE, NOON - HOUR - 30 * MINUTE),
        (NOON + HOUR, NONE, NOON),
        (datetime(1970, 1, 1, tzinfo=UTC), -(NOON - datetime(1970, 1, 1, tzinfo=UTC)), NOON),
        (datetime(9999, 12, 31, tzinfo=UTC), timedelta(days=-4_000_000), NOON),
    ],
)
def test_when_it_was_written_down_is_told_by_our_clock(captured: datetime, drift: timedelta, entered: datetime) -> None:
    assert rules.entered_at(captured, drift, now=NOON) == entered


@pytest.mark.duty("S2-6")
@pytest.mark.parametrize(
    ("days", "seconds", "reason", "taken"),
    [(3, 0, "", True), (3, 1, "", False), (3, 1, "The bridge was closed", True), (0, 0, "", True), (30, 0, "", False)],
)
def test_a_late_entry_says_why(days: int, seconds: int, reason: str, taken: bool) -> None:
    ended = NOON - timedelta(days=days, seconds=seconds)

    if taken:
        rules.check_late(ended, NOON, reason)
        return
    with pytest.raises(Refused) as refused:
        rules.check_late(ended, NOON, reason)

    assert fields(refused.value) == ["late_reason"]
    assert refused.value.message.format(**refused.value.params).startswith("This visit is more than 3 days ago.")


def test_the_late_entry_rule_names_its_source() -> None:
    assert rules.LATE_ENTRY.source.startswith("[D]")


PLACES = [
    (Kind.CASEWORKER_VISIT, Place.HOME, True, ""),
    (Kind.CASEWORKER_VISIT, Place.SCHOOL, False, ""),
    (Kind.CASEWORKER_VISIT, Place.VIDEO, False, "place"),
    (Kind.CASEWORKER_VISIT, Place.PHONE, False, "place"),
    (Kind.FAMILY_TIME, Place.VIDEO, False, "place"),
    (Kind.VIDEO, Place.VIDEO, False, ""),
    (Kind.PHONE, Place.PHONE, True, "in_residence"),
    (Kind.COLLATERAL, Place.OFFICE, False, ""),
]


@pytest.mark.parametrize(("kind", "place", "in_residence", "field"), PLACES)
def test_a_call_is_not_a_visit(kind: Kind, place: Place, in_residence: bool, field: str) -> None:
    if not field:
        rules.check_place(kind, place, in_residence=in_residence)
        return
    with pytest.raises(Refused) as refused:
        rules.check_place(kind, place, in_residence=in_residence)

    assert fields(refused.value) == [field]


CHILDREN = [
    (Kind.CASEWORKER_VISIT, One(), ""),
    (Kind.CASEWORKER_VISIT, One(alone=""), "alone"),
    (Kind.CASEWORKER_VISIT, One(alone="no"), "alone_reason"),
    (Kind.CASEWORKER_VISIT, One(alone="not_possible"), "alone_reason"),
    (Kind.CASEWORKER_VISIT, One(alone="no", alone_reason="Asked to stay with her aunt"), ""),
    (Kind.CASEWORKER_VISIT, One(seen=False, alone=""), "not_seen_reason"),
    (Kind.CASEWORKER_VISIT, One(seen=False, alone="", not_seen_reason="At a friend's"), ""),
    (Kind.FAMILY_TIME, One(alone=""), ""),
    (Kind.FAMILY_TIME, One(alone="no"), "alone_reason"),
    (Kind.ATTEMPTED, One(seen=False, alone=""), "not_seen_reason"),
]


@pytest.mark.parametrize(("kind", "child", "field"), CHILDREN)
def test_each_child_is_seen_or_a_reason_is_given(kind: Kind, child: One, field: str) -> None:
    if not field:
        rules.check_children(kind, [One(), child])
        return
    with pytest.raises(Invalid) as refused:
        rules.check_children(kind, [One(), child])

    assert fields(refused.value) == [f"children.1.{field}"]


def test_every_child_that_needs_a_reason_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_children(Kind.CASEWORKER_VISIT, [One(alone=""), One(), One(seen=False)])

    assert fields(refused.value) == ["children.0.alone", "children.2.not_seen_reason"]


@pytest.mark.parametrize(
    ("kind", "children", "field"),
    [
        (Kind.CASEWORKER_VISIT, [One(), One(HESTER)], ""),
        (Kind.CASEWORKER_VISIT, [], "children"),
        (Kind.FAMILY_TIME, [], "children"),
        (Kind.PHONE, [], ""),
        (Kind.CASEWORKER_VISIT, [One(), One(UUID(int=3))], "children.1.person_id"),
        (Kind.CASEWORKER_VISIT, [One(), One()], "children"),
    ],
)
def test_only_children_of_this_family_stand_in_its_visit(kind: Kind, children: list[One], field: str) -> None:
    if not field:
        rules.check_can_log(kind, children, of_case=[GIDEON, HESTER])
        return
    with pytest.raises(Refused) as refused:
        rules.check_can_log(kind, children, of_case=[GIDEON, HESTER])

    assert fields(refused.value) == [field]


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        ("Gideon gets new shoes", True),
        ("Gideon Quintrell gets new shoes", False),
        ("GIDEON\n quintrell", False),
        ("Gideon Quintrells", True),
        ("For José Núñez.", False),
        ("For Jose\u0301 Nu\u0301n\u0303ez.", False),
        ("(a.b) c", False),
        ("axb c", True),
        ("", True),
    ],
)
def test_a_child_is_never_named_in_full_where_the_family_reads(words: str, taken: bool) -> None:
    names = [("Gideon", "Quintrell"), ("José", "Núñez"), ("a.b)", "c"), ("", "Quintrell")]

    if taken:
        rules.check_names({"summary.note": words}, names)
        return
    with pytest.raises(Refused) as refused:
        rules.check_names({"place_note": "", "summary.note": words}, names)

    assert fields(refused.value) == ["summary.note"]


def test_every_state_of_the_question_has_its_ways_on() -> None:
    assert set(rules.NEXT) == set(Asked)


@pytest.mark.parametrize(
    ("answers", "ends", "state"),
    [
        ([], [], Asked.NOT_ASKED),
        ([], [NOON + HOUR], Asked.ASKED),
        ([], [NOON - HOUR, NOON + HOUR], Asked.ASKED),
        ([], [NOON], Asked.EXPIRED),
        ([Answer.CONFIRMED], [NOON - HOUR], Asked.CONFIRMED),
        ([Answer.CONFIRMED, Answer.DIFFERENT], [NOON + HOUR], Asked.DIFFERENT),
    ],
)
def test_who_says_that_something_is_different_outweighs_the_rest(
    answers: list[Answer], ends: list[datetime], state: Asked
) -> None:
    assert rules.asked_state(answers, ends, now=NOON) == state


def test_an_answer_counts_only_for_the_summary_that_was_shown() -> None:
    rules.check_can_answer(NOON + MINUTE, shown="a", current="a", now=NOON)

    with pytest.raises(Refused, match="press one of its buttons"):
        rules.check_can_answer(NOON + MINUTE, shown="", current="a", now=NOON)
    with pytest.raises(Refused, match="has changed since you opened it"):
        rules.check_can_answer(NOON + MINUTE, shown="b", current="a", now=NOON)


def test_a_link_ends_to_the_second() -> None:
    with pytest.raises(rules.LinkExpired):
        rules.check_can_answer(NOON, shown="a", current="a", now=NOON)


def test_a_link_lives_seven_days() -> None:
    assert timedelta(days=7) == rules.LINK_LIFE


@pytest.mark.parametrize(("asked", "may"), [(None, True), (NOON - HOUR, False), (NOON - 24 * HOUR, True)])
def test_a_new_link_goes_out_once_a_day(asked: datetime | None, may: bool) -> None:
    assert rules.may_ask_again(asked, now=NOON) is may


def test_what_is_different_is_one_of_five() -> None:
    assert len(Difference) == 5
    for reason in Difference:
        rules.check_different(reason, "")

    with pytest.raises(Refused):
        rules.check_different("dispute", "")
    with pytest.raises(Refused):
        rules.check_different("other", "x" * 5001)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Rowan Ibarra", "Rowan I."),
        ("Mara Dunleavy-Oyelaran", "Mara D."),
        ("Ana de la Cruz", "Ana C."),
        ("Cher", "Cher"),
        ("", ""),
    ],
)
def test_a_family_knows_a_worker_by_first_name_and_initial(name: str, short: str) -> None:
    assert rules.short_name(name) == short
