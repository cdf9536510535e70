"""Twenty photos a minute and phone, counted in the database; the others wait and none is lost."""

from datetime import timedelta
from uuid import UUID

import pytest

from porchlight.core.db import Database
from porchlight.core.ids import new_id
from porchlight.phone import rules, turns
from tests.clocks import Clock
from tests.phone.fake_phone import Phone, Send, photograph
from tests.world import MONDAY, World


@pytest.mark.asvs("6.1.1", "5.2.1")
@pytest.mark.parametrize(
    ("seconds_ago", "wait"),
    [([], 0), ([1] * 19, 0), ([1] * 20, 59), ([60] * 20, 0), ([59] + [1] * 19, 1), ([1] * 40, 59), ([50] * 20 + [10] * 20, 50)],
)  # fmt: skip
def test_who_has_begun_twenty_in_a_minute_waits_until_the_first_of_them_is_a_minute_old(
    seconds_ago: list[int], wait: int
) -> None:
    taken = [MONDAY - timedelta(seconds=one) for one in seconds_ago]

    assert rules.seconds_before_turn(taken, MONDAY) == wait


@pytest.mark.asvs("6.1.1")
@pytest.mark.asvs("5.2.4")
def test_the_twenty_first_waits_asking_again_costs_nothing_and_another_phone_is_free(
    db: Database, clock: Clock
) -> None:
    here, there = new_id(), new_id()
    photos = [new_id() for _ in range(21)]

    def ask(device: UUID, photo: UUID) -> int:
        with db.transaction() as session:
            return turns.take(session, device, photo, now=clock.moment)

    assert [ask(here, one) for one in photos] == [0] * 20 + [60]
    assert [ask(here, one) for one in photos[:20]] == [0] * 20
    assert ask(there, new_id()) == 0
    clock.move(seconds=60)
    assert ask(here, photos[20]) == 0


def test_a_photo_that_must_wait_is_told_when_and_is_taken_then(
    db: Database,
    clock: Clock,
    phone: Phone,
    send: Send,
    world: World,
) -> None:
    visit = phone.visit(world)
    phone.deposit(send, visit)
    with db.transaction() as session:
        for _other in range(20):
            turns.take(session, UUID(phone.device_id), new_id(), now=clock.moment)
    photo = phone.photo(visit, photograph())

    told = phone.deposit(send, photo)
    clock.move(seconds=60)
    then = phone.deposit(send, photo)

    assert (told.status_code, told.json()["upload"], told.headers["retry-after"]) == (202, [], "60")
    assert len(then.json()["upload"]) == len(photo.parts)
