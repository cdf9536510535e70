"""Temporary schedules beside each other: cut at a moment, opened between two, joined where they touch."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from porchlight.oncall.rota.layers import Temporary, W, merged, within


def keep_before(schedules: Sequence[Temporary[W]], at: datetime) -> list[Temporary[W]]:
    return [_cut(one, one.start, min(one.end, at)) for one in schedules if one.start < at]


def keep_after(schedules: Sequence[Temporary[W]], at: datetime) -> list[Temporary[W]]:
    return [_cut(one, max(one.start, at), one.end) for one in schedules if one.end > at]


def delete_between(schedules: Sequence[Temporary[W]], start: datetime, end: datetime) -> list[Temporary[W]]:
    if start >= end:
        return list(schedules)
    parts = [part for one in schedules for part in (*keep_before([one], start), *keep_after([one], end))]
    return sorted(parts, key=lambda one: one.start)


def joined(schedules: Iterable[Temporary[W]]) -> list[Temporary[W]]:
    """Those that touch or overlap are one, with everybody's spans inside of their own schedule, and those joined."""
    found: list[Temporary[W]] = []
    for one in sorted((_cut(one, one.start, one.end) for one in schedules), key=lambda one: one.start):
        last = found[-1] if found else None
        if last and one.start <= last.end:
            found[-1] = Temporary(last.start, max(last.end, one.end), (*last.spans, *one.spans))
        else:
            found.append(one)
    return [Temporary(one.start, one.end, tuple(merged(one.spans))) for one in found]


def _cut(one: Temporary[W], start: datetime, end: datetime) -> Temporary[W]:
    return Temporary(start, end, tuple(within(one.spans, start, end)))
