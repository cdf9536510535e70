"""What a policy may say: up to four levels, times that rise, and people who are here."""

from collections.abc import Sequence
from dataclasses import dataclass

from porchlight.core.i18n import _
from porchlight.core.refused import Refused

MOST_LEVELS = 4
LONGEST = 240  # minutes, for any time of a policy
WRONG_TIMES = _("Each level must come at the same time as the one before it, or later.")


@dataclass(frozen=True, slots=True)
class Step:
    """One level. after_seconds: counted from the moment of raising."""

    position: str
    after_seconds: int


def check_levels(steps: Sequence[Step], positions: Sequence[str]) -> None:
    """positions: those that the schedule has. Raises Refused."""
    if not steps:
        raise Refused(_("Choose at least one level. Somebody has to be called first."), field="level_1")
    for place, step in enumerate(steps, 1):
        if step.position not in positions:
            raise Refused(_("Choose one of the positions of this schedule."), field=f"level_{place}")
        if step.position in {one.position for one in steps[: place - 1]}:
            raise Refused(_("This position is called before already. Choose another one."), field=f"level_{place}")
        if place == 1 and step.after_seconds:
            raise Refused(_("The first level is called at once. Write 0."), field="minutes_1")
        if place > 1 and step.after_seconds < steps[place - 2].after_seconds:
            raise Refused(WRONG_TIMES, field=f"minutes_{place}")
