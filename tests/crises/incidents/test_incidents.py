"""Incidents: versions that stay, who was told, what follows, and a review by somebody else."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from porchlight.alerts.models import Alert
from porchlight.cases import queries as cases
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.crises.incidents import queries, rules, service
from porchlight.crises.incidents.models import Incident, IncidentVersion
from porchlight.crises.incidents.service import FollowUpBody, IncidentBody, ReviewBody, ToldBody
from porchlight.crises.incidents.values import Kind, Party, Severity, State
from tests.world import MONDAY, World


def body(world: World, **other: Any) -> IncidentBody:
    given = {
        "id": str(new_id()),
        "kind": Kind.INJURY,
        "severity": Severity.MINOR,
        "happened_at": "2026-11-23T11:00",
        "words": "He fell from the swing",
        "children": str(world.children[0]),
    }
    return IncidentBody.model_validate({**given, **other})


def write(db: Database, world: World, name: str = "rowan", case: UUID | None = None, **other: Any) -> UUID:
    with db.transaction() as session:
        who = world.actor(session, name)
        return service.write(session, who, case or world.case, body(world, **other), now=MONDAY).id


def change(db: Database, world: World, one: UUID, name: str = "rowan", **other: Any) -> None:
    with db.transaction() as session:
        said = body(world, **{"id": str(one), "why": "The doctor called", "after": 1, **other})
        service.change(session, world.actor(session, name), one, said, now=MONDAY)


def review(
    db: Database, world: World, one: UUID, state: State, name: str = "priya", version: int = 1, words: str = ""
) -> None:
    with db.transaction() as session:
        said = ReviewBody.model_validate({"state": state, "version": version, "review_words": words})
        service.review(session, world.actor(session, name), one, said, now=MONDAY)


def versions(db: Database, one: UUID) -> list[IncidentVersion]:
    with db.reading() as session:
        return queries.versions(session, one)


def row(db: Database, one: UUID) -> Incident:
    with db.reading() as session:
        return session.get_one(Incident, one)


def test_an_incident_names_its_children_and_the_home_they_lived_in(world: World, db: Database) -> None:
    one = write(db, world)

    assert row(db, one).home_id == world.home
    assert [(v.number, v.words, v.people) for v in versions(db, one)] == [
        (1, "He fell from the swing", [str(world.children[0])])
    ]


def test_what_comes_twice_is_one_and_other_words_are_a_conflict(world: World, db: Database) -> None:
    said = body(world)
    with db.transaction() as session:
        rowan = world.actor(session, "rowan")
        service.write(session, rowan, world.case, said, now=MONDAY)
        service.write(session, rowan, world.case, said, now=MONDAY)
        with pytest.raises(Conflict):
            service.write(session, rowan, world.case, said.model_copy(update={"words": "else"}), now=MONDAY)

    with db.reading() as session:
        assert len(session.exec(select(IncidentVersion)).all()) == 1


@pytest.mark.parametrize("name", ["tamsin", "joss", "sunniva", "odell", "corin"])
def test_only_who_works_the_case_writes(name: str, world: World, db: Database) -> None:
    with pytest.raises(NotFound):
        write(db, world, name)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"children": []}, "children"),
        ({"happened_at": ""}, "happened_at"),
        ({"happened_at": "2026-11-23T13:00"}, "happened_at"),
    ],
)
def test_an_incident_is_about_somebody_and_lies_behind_us(
    wrong: dict[str, Any], field: str, world: World, db: Database
) -> None:
    with pytest.raises(Refused) as refused:
        write(db, world, **wrong)

    assert refused.value.errors[0].field == field
    with pytest.raises(Refused):
        write(db, world, children=str(world.other_child))


def test_a_change_stands_beside_what_was_written_before(world: World, db: Database) -> None:
    one = write(db, world)

    change(db, world, one, words="He was pushed", severity=Severity.MODERATE)

    assert [(v.number, v.words, v.why) for v in versions(db, one)] == [
        (2, "He was pushed", "The doctor called"),
        (1, "He fell from the swing", ""),
    ]


def test_two_who_change_the_same_version_do_not_write_over_each_other(world: World, db: Database) -> None:
    one = write(db, world)
    change(db, world, one, words="He was pushed")

    change(db, world, one, words="He was pushed")  # the same words once more
    with pytest.raises(Conflict):
        change(db, world, one, "priya", words="He jumped")

    assert len(versions(db, one)) == 2


def test_a_change_says_why(world: World, db: Database) -> None:
    one = write(db, world)

    with pytest.raises(Refused) as refused:
        change(db, world, one, why="", words="else")

    assert refused.value.errors[0].field == "why"


@pytest.mark.parametrize(
    ("severity", "told"), [(Severity.MINOR, []), (Severity.MODERATE, []), (Severity.SERIOUS, ["priya"])]
)
def test_a_serious_one_is_told_to_the_supervisor_at_once(
    severity: Severity, told: list[str], world: World, db: Database
) -> None:
    write(db, world, severity=severity)

    with db.reading() as session:
        assert list(session.exec(select(Alert.account_id))) == [world.accounts[name] for name in told]


@pytest.mark.parametrize("state", [State.REVIEWED, State.SENT_BACK])
def test_a_supervisor_reviews_the_version_they_read(state: State, world: World, db: Database) -> None:
    one = write(db, world)

    review(db, world, one, state, words="Who saw it?")

    assert row(db, one).state == state
    with db.reading() as session:
        assert [(r.version, r.words) for r in queries.reviews(session, one)] == [(1, "Who saw it?")]


def test_sending_back_needs_words_and_tells_the_writer(world: World, db: Database) -> None:
    one = write(db, world)
    with pytest.raises(Refused):
        review(db, world, one, State.SENT_BACK)

    review(db, world, one, State.SENT_BACK, words="Who saw it?")

    with db.reading() as session:
        assert list(session.exec(select(Alert.account_id))) == [world.accounts["rowan"]]


def test_a_version_that_was_changed_meanwhile_is_read_again(world: World, db: Database) -> None:
    one = write(db, world)
    change(db, world, one, words="He was pushed")

    with pytest.raises(Conflict):
        review(db, world, one, State.REVIEWED, version=1)
    review(db, world, one, State.REVIEWED, version=2)
    change(db, world, one, words="He was pushed twice", after=2)

    assert row(db, one).state == State.WRITTEN


@pytest.mark.parametrize("name", ["rowan", "tamsin", "joss", "corin"])
def test_nobody_reviews_who_does_not_supervise_the_writer(name: str, world: World, db: Database) -> None:
    one = write(db, world)

    with pytest.raises(NotFound):
        review(db, world, one, State.REVIEWED, name)


def test_a_supervisors_own_is_reviewed_by_the_one_above(world: World, db: Database) -> None:
    one = write(db, world, "priya")
    with pytest.raises(NotFound):
        review(db, world, one, State.REVIEWED, "priya")

    review(db, world, one, State.REVIEWED, "mara")

    assert row(db, one).state == State.REVIEWED


@pytest.mark.parametrize(
    ("kind", "severity", "told", "still"),
    [
        (Kind.PROPERTY, Severity.MINOR, [], [Party.SUPERVISOR]),
        (Kind.PROPERTY, Severity.SERIOUS, [], [Party.PARENT, Party.SUPERVISOR]),
        (Kind.ALLEGATION, Severity.MINOR, [Party.SUPERVISOR], [Party.LICENSING, Party.HOTLINE]),
        (Kind.INJURY, Severity.MINOR, [Party.PARENT, Party.DOCTOR, Party.SUPERVISOR], []),
    ],
)
def test_who_is_still_to_be_told(kind: Kind, severity: Severity, told: list[Party], still: list[Party]) -> None:
    assert rules.still_to_tell(kind, severity, told) == still


def test_every_kind_says_who_is_told() -> None:
    assert {one.kind for one in rules.KINDS} == set(Kind)


def test_telling_and_following_up_are_kept_once_and_the_follow_up_is_a_task(world: World, db: Database) -> None:
    one = write(db, world)
    told = ToldBody(id=new_id(), party=Party.PARENT, words="Mother, by phone")
    follow = FollowUpBody.model_validate({"id": str(new_id()), "title": "X-ray", "due_on": "2026-11-25"})

    for _ in range(2):
        with db.transaction() as session:
            rowan = world.actor(session, "rowan")
            service.tell(session, rowan, one, told, now=MONDAY)
            service.follow_up(session, rowan, one, follow, now=MONDAY)

    with db.reading() as session:
        assert [t.party for t in queries.told(session, one)] == [Party.PARENT]
        assert [(f.title, done) for f, done in queries.follow_ups(session, one)] == [("X-ray", None)]
        assert [t.title for t in cases.tasks(session, world.actor(session, "rowan"), now=MONDAY)] == ["X-ray"]


def test_lists_hold_ones_own_cases_a_page_at_a_time(world: World, db: Database) -> None:
    for _ in range(queries.PAGE + 1):
        write(db, world)

    with db.reading() as session:
        first, more = queries.listed(session, world.actor(session, "corin"), now=MONDAY)
        rest, last = queries.listed(session, world.actor(session, "corin"), now=MONDAY, page=1)
        others, _none = queries.listed(session, world.actor(session, "tamsin"), now=MONDAY)
        waiting = queries.to_review(session, world.actor(session, "priya"), now=MONDAY)

    assert (len(first), more, len(rest), last, others, len(waiting)) == (
        queries.PAGE,
        True,
        1,
        False,
        [],
        queries.PAGE + 1,
    )
