"""One row, one text: the same on both databases, and no two rows have the same."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from porchlight.audit import canon
from porchlight.audit import service as audit
from porchlight.audit.models import AuditEvent
from porchlight.core.db import Database
from porchlight.core.ids import new_id
from tests.clocks import Clock

ONE = AuditEvent(
    id=UUID(int=1),
    at=datetime(2026, 11, 23, 18, 0, tzinfo=UTC),
    act="visit.seen",
    people=["a"],
    detail={"b": 1, "a": None},
)


def test_a_row_is_written_in_one_order_without_blanks() -> None:
    assert canon.canonical(ONE) == (
        b'[1,1795456800000000,"00000000000000000000000000000001",null,null,null,"visit.seen",["a"],{"a":null,"b":1}]'
    )


def test_a_moment_is_the_same_in_every_zone() -> None:
    there = ONE.at.astimezone(timezone(timedelta(hours=-6)))

    assert canon.micros(there) == canon.micros(ONE.at)
    assert canon.moment_of(canon.micros(there)) == ONE.at


@given(st.integers(0, 7_000_000_000_000_000))
def test_a_moment_keeps_its_last_microsecond(count: int) -> None:
    assert canon.micros(canon.moment_of(count)) == count


details = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    max_size=4,
)


def test_a_row_comes_back_from_the_database_as_it_went_in(db: Database, clock: Clock) -> None:
    @given(detail=details, people=st.lists(st.uuids(), max_size=3), micro=st.integers(0, 999_999))
    def comes_back(detail: dict[str, str | int | bool | None], people: list[UUID], micro: int) -> None:
        now = clock.moment.replace(microsecond=micro)
        with db.transaction() as session:
            row = audit._row(session, None, "visit.seen", new_id(), now, people, detail)
            session.add(row)
            session.flush()
            before = canon.canonical(row)
            session.expire(row)
            after = canon.canonical(row)
            session.rollback()
        assert after == before

    comes_back()


@pytest.mark.asvs("11.2.2")
def test_a_mark_says_its_suite_and_its_key_and_fits_one_row_only() -> None:
    keys = {"old": b"1" * 32, "new": b"2" * 32}
    data = canon.canonical(ONE)

    mark = canon.marked(ONE, "old", keys["old"])

    assert mark.startswith("1.old.")
    assert canon.mark_fits(data, mark, keys)
    assert not canon.mark_fits(data + b" ", mark, keys)
    assert not canon.mark_fits(data, mark.replace("old", "new"), keys)
    assert not canon.mark_fits(data, mark, {"new": keys["new"]})
    assert not canon.mark_fits(data, "", keys)


def test_a_link_hangs_on_everything() -> None:
    now = ONE.at
    first = canon.link(canon.START, 1, now, b"row", "mark")

    assert (
        len(
            {
                first,
                canon.link(first, 1, now, b"row", "mark"),
                canon.link(canon.START, 2, now, b"row", "mark"),
                canon.link(canon.START, 1, now + timedelta(microseconds=1), b"row", "mark"),
                canon.link(canon.START, 1, now, b"other", "mark"),
                canon.link(canon.START, 1, now, b"row", "other"),
            }
        )
        == 6
    )
