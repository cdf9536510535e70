"""Spans of people over each other: what hides what, who stands in, who swapped, what replaces everything for a while."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Generic, TypeVar

W = TypeVar("W", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Span(Generic[W]):
    """Somebody's, from start up to and without end."""

    who: W
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Change(Generic[W]):
    """An override: somebody is added, taken out, or (both) comes in the place of somebody who would be on call.

    alone: whoever is added has it alone; those who would be on call are not.
    """

    add: W | None
    remove: W | None
    start: datetime
    end: datetime
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Temporary(Generic[W]):
    """A schedule that replaces everything else from start up to and without end; where it has nobody, nobody is."""

    start: datetime
    end: datetime
    spans: tuple[Span[W], ...]


@dataclass(frozen=True, slots=True)
class Swap(Generic[W]):
    """Somebody asks to be replaced for a time; it counts once somebody has taken it."""

    asked_by: W
    taken_by: W | None
    start: datetime
    end: datetime


def within(spans: Iterable[Span[W]], start: datetime, end: datetime) -> list[Span[W]]:
    cut = (
        one if start <= one.start and one.end <= end else Span(one.who, max(one.start, start), min(one.end, end))
        for one in spans
    )
    return [one for one in cut if one.start < one.end]


def without(spans: Iterable[Span[W]], start: datetime, end: datetime) -> list[Span[W]]:
    """What is left of them outside of [start, end)."""
    if start >= end:
        return list(spans)
    left: list[Span[W]] = []
    for one in spans:
        if one.end <= start or one.start >= end:
            left.append(one)
            continue
        if one.start < start:
            left.append(Span(one.who, one.start, start))
        if one.end > end:
            left.append(Span(one.who, end, one.end))
    return [one for one in left if one.start < one.end]


def over(below: Iterable[Span[W]], above: Sequence[Span[W]]) -> list[Span[W]]:
    """Both, where the upper hides the lower. In one sweep: ten years have a hundred thousand spans."""
    hidden = _joined(above)
    seen: list[Span[W]] = []
    first = 0
    for one in sorted(below, key=lambda one: one.start):
        while first < len(hidden) and hidden[first][1] <= one.start:
            first += 1
        start, at = one.start, first
        while at < len(hidden) and hidden[at][0] < one.end:
            if start < hidden[at][0]:
                seen.append(
                    one if (start, hidden[at][0]) == (one.start, one.end) else Span(one.who, start, hidden[at][0])
                )
            start = max(start, hidden[at][1])
            at += 1
        if start < one.end:
            seen.append(one if start == one.start else Span(one.who, start, one.end))
    return in_order([*seen, *above])


def _joined(spans: Iterable[Span[W]]) -> list[tuple[datetime, datetime]]:
    """Where anybody is, by time."""
    held: list[tuple[datetime, datetime]] = []
    for one in sorted(spans, key=lambda one: one.start):
        if one.start >= one.end:
            continue
        if held and one.start <= held[-1][1]:
            held[-1] = held[-1][0], max(held[-1][1], one.end)
        else:
            held.append((one.start, one.end))
    return held


def settled(spans: Iterable[Span[W]]) -> list[Span[W]]:
    """At most one at every instant: each hides those before it."""
    seen: list[Span[W]] = []
    for one in spans:
        seen = over(seen, [one] if one.start < one.end else [])
    return seen


def by_priority(layers: Iterable[tuple[int, Sequence[Span[W]]]]) -> list[Span[W]]:
    """The higher number hides the lower one; of one number, both are on call."""
    seen: list[Span[W]] = []
    for _, same in groupby(sorted(layers, key=lambda layer: layer[0]), key=lambda layer: layer[0]):
        seen = over(seen, [one for _, spans in same for one in spans])
    return seen


def changed(spans: Iterable[Span[W]], changes: Iterable[Change[W]]) -> list[Span[W]]:
    """Each override in turn, over what those before it have left."""
    seen = list(spans)
    for one in changes:
        if one.alone:
            came = [Span(one.add, one.start, one.end)] if one.add is not None and one.start < one.end else []
            seen = [*without(seen, one.start, one.end), *came] if came else seen
            continue
        own = [span for span in seen if one.remove is not None and span.who == one.remove]
        others = [span for span in seen if one.remove is None or span.who != one.remove]
        came = []
        if one.add is not None:
            came = [Span(one.add, one.start, one.end)] if one.remove is None else within(own, one.start, one.end)
            came = [replace(span, who=one.add) for span in came]
        seen = [*others, *without(own, one.start, one.end), *(span for span in came if span.start < span.end)]
    return in_order(seen)


def replaced(spans: Iterable[Span[W]], temporary: Iterable[Temporary[W]]) -> list[Span[W]]:
    seen = list(spans)
    for one in temporary:
        seen = [*without(seen, one.start, one.end), *within(one.spans, one.start, one.end)]
    return in_order(seen)


def swapped(spans: Iterable[Span[W]], swaps: Iterable[Swap[W]]) -> list[tuple[Span[W], bool]]:
    """By time, each with whether somebody asked to be replaced there: who asked has it until somebody takes it."""
    seen = [(one, False) for one in spans]
    for swap in swaps:
        parts: list[tuple[Span[W], bool]] = []
        for one, asked in seen:
            if one.who != swap.asked_by or one.end <= swap.start or one.start >= swap.end:
                parts.append((one, asked))
                continue
            who = one.who if swap.taken_by is None else swap.taken_by
            parts += [(replace(part, who=who), True) for part in within([one], swap.start, swap.end)]
            parts += [(part, asked) for part in without([one], swap.start, swap.end)]
        seen = parts
    return sorted(seen, key=lambda part: (part[0].start, part[0].end))


def merged(spans: Iterable[Span[W]]) -> list[Span[W]]:
    """One person's spans that touch or overlap are one."""
    kept: dict[W, list[Span[W]]] = {}
    for one in sorted(spans, key=lambda one: one.start):
        own = kept.setdefault(one.who, [])
        if own and one.start <= own[-1].end:
            own[-1] = replace(own[-1], end=max(own[-1].end, one.end))
        else:
            own.append(one)
    return in_order([one for own in kept.values() for one in own])


def in_order(spans: Iterable[Span[W]]) -> list[Span[W]]:
    return sorted(spans, key=lambda one: (one.start, str(one.who)))


def gaps(spans: Iterable[Span[W]], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Where nobody is within [start, end)."""
    holes, free = [], start
    for one in sorted(within(spans, start, end), key=lambda one: one.start):
        if one.start > free:
            holes.append((free, one.start))
        free = max(free, one.end)
    return [*holes, (free, end)] if free < end else holes
