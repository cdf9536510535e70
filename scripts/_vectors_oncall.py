"""Cases of rota arithmetic, put to porchlight.oncall.rota: one function for each kind of case."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from porchlight.core.clock import at_wall, last_at_wall, local
from porchlight.core.clock import parse_iso as at
from porchlight.oncall.rota import layers, temporary, turns, windows
from porchlight.oncall.rota.layers import Change, Span, Swap, Temporary
from porchlight.oncall.rota.plan import on_call
from porchlight.oncall.rota.turns import Grid
from porchlight.oncall.rota.windows import EVERY_DAY, Window

BACKGROUND = frozenset({"escalation", "week_template"})
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOMENT = timedelta(microseconds=1)
Case = Mapping[str, Any]
Row = dict[str, Any]


def grid(case: Case) -> Grid:
    start = local(at(case["start"]), case["time_zone"]).replace(tzinfo=None)
    return Grid(case["rotation_type"], max(case.get("shift_length") or 1, 1), start, case["time_zone"])


def weekdays(case: Case) -> frozenset[int]:
    """Without any word about them, every day."""
    said = case.get("weekdays", "all")
    return EVERY_DAY if said in ("all", None) else frozenset(DAYS.index(day[:3].lower()) for day in said)


def window(case: Case) -> Window:
    return Window(weekdays(case), time.fromisoformat(case["start"]), time.fromisoformat(case["end"]))


def span(row: Case) -> Span[str]:
    return Span(row["user"], at(row["start"]), at(row["end"]))


def rows(spans: Iterable[Span[str]]) -> list[Row]:
    return [{"user": one.who, "start": one.start, "end": one.end} for one in spans]


def change(row: Case) -> Change[str]:
    return Change(row.get("add") or None, row.get("remove") or None, at(row["start"]), at(row["end"]))


def schedules(case: Case, key: str = "schedules") -> list[Temporary[str]]:
    return [
        Temporary(at(one["start"]), at(one["end"]), tuple(span(row) for row in one.get("shifts") or []))
        for one in case.get(key) or []
    ]


def rotation_shift(case: Case) -> Row:
    rotation = grid(case)
    turn = rotation.turn_at(at(case["at"]))
    return {"shift_start": rotation.begins(turn), "shift_end": rotation.begins(turn + 1)}


def rotation_boundaries(case: Case) -> Row:
    found = grid(case).shifts(at(case["query_from"]), at(case["query_to"]) + MOMENT)
    return {"boundaries": sorted({moment for _, start, end in found for moment in (start, end)})}


def rotation_oncall(case: Case) -> Row:
    rotation, members = grid(case), case["participants"]
    if not members:
        return {"users": [None for _ in case["at"]]}
    anchor = rotation.turn_at(at(case.get("anchor_at") or case["start"]))
    first = (case.get("anchor_index") or 0) % len(members)
    members = members[first:] + members[:first]
    found = [turns.whose(members, rotation, rotation.turn_at(at(moment)), first=anchor) for moment in case["at"]]
    return {"users": found}


def wall_clock(case: Case) -> Row:
    wall = datetime.combine(date.fromisoformat(case["date"]), time.fromisoformat(case["clock"]))
    return {"first": at_wall(wall, case["time_zone"]), "last": last_at_wall(wall, case["time_zone"])}


def weekly_window(case: Case) -> Row:
    return {"active": [windows.is_open(window(case), case["time_zone"], at(moment)) for moment in case["at"]]}


def weekly_window_span(case: Case) -> Row:
    found = windows.span_at(window(case), case["time_zone"], at(case["at"]))
    return {"span_start": found[0] if found else None, "span_end": found[1] if found else None}


def next_notice(case: Case) -> Row:
    if case["clock"] is None:
        return {"next": None}
    clock = time.fromisoformat(case["clock"])
    return {"next": windows.next_at(clock, weekdays(case), case["time_zone"], at(case["now"]))}


def schedule_shifts(case: Case) -> Row:
    start, end = at(case["query_from"]), at(case["query_to"])
    laid = [
        (0, [Span(rule["user"], *one) for one in windows.spans(window(rule), case["time_zone"], start, end + MOMENT)])
        for rule in case.get("rules") or []
    ]
    changes = [change(row) for row in case.get("overrides") or []]
    laid_over = on_call(laid, start, end + MOMENT, changes=changes, temporary=schedules(case, "temporary_schedules"))
    found = layers.merged(laid_over)
    cut = [(one, one.end > end) for one in found if one.start < end]
    shifts = [
        {**row, "truncated": more} for (_, more), row in zip(cut, rows(layers.within(found, start, end)), strict=True)
    ]
    holes = layers.gaps(found, start, end)
    return {"shifts": shifts, "gaps": [{"start": hole[0], "end": hole[1]} for hole in holes]}


def by_layers(case: Case) -> Row:
    start, end = at(case["query_from"]), at(case["query_to"])
    laid, above = (
        layers.by_priority([(row.get("priority") or 0, [span(row)]) for row in case.get(key) or []])
        for key in ("shifts", "overrides")
    )
    found = layers.within(layers.over(laid, above), start, end)
    return {"segments": rows(found), "gaps": [{"start": a, "end": b} for a, b in layers.gaps(found, start, end)]}


def swap(case: Case) -> Row:
    asked = case["swap"]
    one = Swap(asked["requested_by"], asked.get("taken_by"), at(asked["start"]), at(asked["end"]))
    found = layers.swapped([span(case["shift"])], [one])
    return {
        "segments": [
            {**row, "swap_requested": flag} for (_, flag), row in zip(found, rows(s for s, _ in found), strict=True)
        ]
    }


def override_sets(case: Case) -> Row:
    moments = [at(moment) for moment in case["at"]]
    if not moments:
        return {"on_call": []}
    first, last = min(moments), max(moments) + MOMENT
    standing = [(0, [Span(name, first, last) for name in case["scheduled"]])]
    found = on_call(standing, first, last, changes=[change(row) for row in case.get("overrides") or []])
    return {"on_call": [sorted({one.who for one in found if one.start <= moment < one.end}) for moment in moments]}


def shift_split(case: Case) -> Row:
    """Somebody comes in the place of whoever has these shifts, and nowhere else; that is one shift, not as many."""

    def seconds(row: Case) -> Span[str]:
        return Span(row["user"], *(datetime.fromtimestamp(row[name], UTC) for name in ("start", "end")))

    shifts, override = [seconds(row) for row in case["shifts"]], seconds(case["override"])
    held = layers.within(shifts, override.start, override.end)
    came = layers.merged([replace(one, who=override.who) for one in held])
    found = layers.in_order([*layers.without(shifts, override.start, override.end), *came])
    whole = [{"user": one.who, "start": int(one.start.timestamp()), "end": int(one.end.timestamp())} for one in found]
    return {"shifts": whole}


def temp_schedule(case: Case) -> Row:
    given = schedules(case)
    acts = {
        "keep_before": lambda: temporary.keep_before(given, at(case["at"])),
        "keep_after": lambda: temporary.keep_after(given, at(case["at"])),
        "delete_between": lambda: temporary.delete_between(given, at(case["start"]), at(case["end"])),
        "merge": lambda: temporary.joined(given),
    }
    found = acts[case["op"]]()
    return {"schedules": [{"start": one.start, "end": one.end, "shifts": rows(one.spans)} for one in found]}


KINDS = {
    "rotation_shift": rotation_shift,
    "rotation_boundaries": rotation_boundaries,
    "rotation_oncall": rotation_oncall,
    "wall_clock": wall_clock,
    "weekly_window": weekly_window,
    "weekly_window_span": weekly_window_span,
    "next_notice": next_notice,
    "schedule_shifts": schedule_shifts,
    "layers": by_layers,
    "swap": swap,
    "override_sets": override_sets,
    "shift_split": shift_split,
    "temp_schedule": temp_schedule,
}
