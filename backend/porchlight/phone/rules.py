"""What becomes of an item that a phone sends: which step fits, which status says so, which numbers never came."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.phone.values import Decision, Held, Outcome

# What may follow. An outcome with nothing behind it is final, and its receipt is the only one there will ever be.
NEXT: Mapping[Outcome, frozenset[Outcome]] = {
    Outcome.WAITING: frozenset(Outcome),
    Outcome.NEEDS_FIX: frozenset(Outcome),
    Outcome.ACCEPTED: frozenset(),
    Outcome.HELD: frozenset(),
    Outcome.WITHDRAWN: frozenset(),
}

# What a supervisor may decide of an item that is held. What is in the record stays there, and is changed by amendments.
HELD_NEXT: Mapping[Held, frozenset[Held]] = {
    Held.OPEN: frozenset({Held.OPEN, Held.TAKEN, Held.SET_ASIDE}),
    Held.SET_ASIDE: frozenset({Held.OPEN}),
    Held.TAKEN: frozenset(),
}
BECOMES: Mapping[Decision, Held] = {
    Decision.TAKE: Held.TAKEN,
    Decision.SET_ASIDE: Held.SET_ASIDE,
    Decision.BRING_BACK: Held.OPEN,
    Decision.HAND_ON: Held.OPEN,
}


def held_after(decisions: Iterable[str]) -> Held:
    """Where an item stands after these decisions, the oldest first."""
    state = Held.OPEN
    for decision in decisions:
        state = BECOMES[Decision(decision)]
    return state


def check_can_decide(state: Held, decision: Decision) -> None:
    """Raises Refused where somebody was faster."""
    if BECOMES[decision] not in HELD_NEXT[state] or (decision is Decision.BRING_BACK) != (state is Held.SET_ASIDE):
        raise Refused(_("This was decided already. Reload the page to see how it stands."))


class Step(StrEnum):
    TAKE = "take"  # look at it, for the first time or again
    REPEAT = "repeat"  # it has its receipt: the same one again
    OTHER_BYTES = "other_bytes"  # its number has a receipt for something else
    NOT_YOURS = "not_yours"  # another device made this op_id
    OTHER_NUMBER = "other_number"  # this op_id came with another seq


@dataclass(frozen=True, slots=True)
class Known:
    """The item of this op_id as it stands here."""

    device_id: UUID
    seq: int
    sealed_sha256: str
    outcome: Outcome


def step(known: Known | None, *, device_id: UUID, seq: int, sealed_sha256: str) -> Step:
    """What to do with an item whose signature and hash are right."""
    if known is None:
        return Step.TAKE
    if known.device_id != device_id:
        return Step.NOT_YOURS
    if not NEXT[known.outcome]:
        return Step.REPEAT if known.sealed_sha256 == sealed_sha256 else Step.OTHER_BYTES
    return Step.TAKE if known.seq == seq else Step.OTHER_NUMBER


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an item needs a fix before anybody has looked inside: the status and the sentence for its person."""

    status: int
    message: str


PROBLEMS: Mapping[str, Problem] = {
    "unreadable": Problem(422, _("This phone sent something we cannot read. Update the app, then send it again.")),
    "unknown_device": Problem(422, _("We do not know this phone. Sign in on it again, then send this again.")),
    "signature": Problem(
        422, _("We cannot be sure that this came from this phone. Sign in again, then send it again.")
    ),
    "changed": Problem(422, _("This changed on its way to us. Send it again.")),
    "seal": Problem(422, _("We could not open what this phone sealed. Correct it, or take it back and make it again.")),
    "too_large": Problem(413, _("This is too long to send. Make the text shorter, and save it again.")),
    "update": Problem(422, _("This was made by an app that we do not know. Update the app, then send it again.")),
    "body": Problem(422, _("Parts of this are missing or mixed up. Correct it, or take it back and make it again.")),
    Step.OTHER_BYTES: Problem(409, _("This has arrived already, in other words. Those that arrived first are kept.")),
    Step.NOT_YOURS: Problem(
        409, _("Another phone has used this number. Correct it, or take it back and make it again.")
    ),
    Step.OTHER_NUMBER: Problem(409, _("This phone counted twice. Correct it, or take it back and make it again.")),
    "same_number": Problem(409, _("This phone counted twice. Correct it, or take it back and make it again.")),
}

# In which order the items of one phone are taken in together: text, signatures, photos (docs/wire.md).
RANK: Mapping[str, int] = {"visit.sign": 1, "visit.photo": 2}

# Seconds after which an item that waits is worth sending again.
RETRY_AFTER: Mapping[str, int] = {"parts": 1, "checking": 2, "parent": 5}


UPLOADS = 20  # photos that one device may begin to send in a minute (trust.md, Signing in)
TURN = timedelta(minutes=1)
TURN_KEPT = timedelta(minutes=10)  # within which a photo that was begun goes on without another turn


def seconds_before_turn(taken: Sequence[datetime], now: datetime) -> int:
    """0, or how long a phone waits before it may begin another photo. taken: when it began those of the last minute."""
    recent = sorted(moment for moment in taken if now - moment < TURN)
    if len(recent) < UPLOADS:
        return 0
    return max(1, math.ceil((recent[-UPLOADS] + TURN - now).total_seconds()))


MOST_REPORTED = 500  # numbers that a phone tells of at once, the oldest first
MOST_GAPS = 1_000  # named of one phone; one that skips millions of numbers is broken, and may not break a board


def gaps(seen: Iterable[int], highest: int) -> list[int]:
    """The first MOST_GAPS numbers that this phone has used and that never arrived."""
    arrived = frozenset(seen)
    return list(islice((number for number in range(1, highest + 1) if number not in arrived), MOST_GAPS))


# A photo may come after the visit that was saved next, so a number that is skipped is no news at once.
SKIPPED = timedelta(hours=1)
OLD = timedelta(hours=72)  # issue 3, 3: from then on unsent work stands on the supervisor's board


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone as the server knows it.

    missing: number -> since when we know that it was used; unsettled: number -> when it came, of what waits or needs a
    fix; reported: number -> when it was saved, of what the phone last said that it still holds; settled: numbers
    that have their receipt, or that a supervisor has looked into. revoked: it was to be erased; emptied: it has said
    that nothing is left on it.
    """

    missing: Mapping[int, datetime]
    unsettled: Mapping[int, datetime]
    reported: Mapping[int, datetime]
    settled: Collection[int]
    revoked: bool = False
    emptied: bool = False


def left_behind(phone: Phone, now: datetime) -> dict[str, dict[int, datetime]]:
    """What a supervisor is told of a phone: problem -> number -> since when. Each number stands in one place.

    "missing": a later number came and this one did not, nor does the phone say that it has it. "waiting": the phone
    says so, and it was saved 72 hours ago. "stuck": it came 72 hours ago and has no receipt. "gone": missing or stuck,
    of a phone that was to be erased: its person can look nowhere any more.
    """
    reported = {number: at for number, at in phone.reported.items() if number not in phone.settled}
    held, lost = ({}, reported) if phone.emptied else (reported, {})
    unsettled = {number: at for number, at in phone.unsettled.items() if number not in phone.settled}
    skipped = {number: at for number, at in {**lost, **phone.missing}.items() if number not in phone.settled}
    stuck = {number: at for number, at in unsettled.items() if now - at >= OLD}
    waiting = {number: at for number, at in held.items() if number not in unsettled and now - at >= OLD}
    known = held.keys() | unsettled.keys()
    missing = {number: at for number, at in skipped.items() if number not in known and now - at >= SKIPPED}
    found = {"missing": missing, "waiting": waiting, "stuck": stuck}
    if phone.revoked:
        found = {"gone": missing | stuck, "waiting": waiting}
    return {problem: numbers for problem, numbers in found.items() if numbers}
