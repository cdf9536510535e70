"""Who is on call from one moment to another: layers, then overrides, then temporary schedules, then swaps."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from porchlight.oncall.rota.layers import (
    Change,
    Span,
    Swap,
    Temporary,
    W,
    by_priority,
    changed,
    in_order,
    replaced,
    swapped,
    within,
)


def on_call(
    layers: Iterable[tuple[int, Sequence[Span[W]]]],
    from_at: datetime,
    to_at: datetime,
    *,
    changes: Iterable[Change[W]] = (),
    temporary: Iterable[Temporary[W]] = (),
    swaps: Iterable[Swap[W]] = (),
) -> list[Span[W]]:
    """By time, within [from_at, to_at); each turn by itself, also where one person has two in a row.

    layers: (priority, spans); a higher priority hides a lower one. Each later step works on what the one before has left
    (oncall.md, Rota arithmetic); a swap that nobody took changes nobody.
    """
    seen = replaced(changed(by_priority(layers), changes), temporary)
    taken = [one for one in swaps if one.taken_by is not None]
    return in_order(within((one for one, _ in swapped(seen, taken)), from_at, to_at))
