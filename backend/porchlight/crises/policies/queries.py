"""Reading the agency's policy, and the picture of it that a crisis keeps."""

from typing import Any

from porchlight.crises.models import EscalationPolicy
from porchlight.oncall.queries import ScheduleLine


def snapshot(policy: EscalationPolicy, schedule: ScheduleLine | None) -> dict[str, Any]:
    """The policy as it stands now, as a crisis keeps it: a change tomorrow does not reach into tonight.

    schedule: whose people are called. Whom it names for when nobody answers is called, else whom the policy names.
    """
    last = (schedule and schedule.last_resort_id) or policy.last_resort_id
    manager = (schedule and schedule.duty_manager_id) or policy.duty_manager_id
    return {
        "schedule_id": str(schedule.id if schedule else policy.schedule_id),
        "levels": policy.levels,
        "last_resort_id": str(last),
        "duty_manager_id": str(manager) if manager else None,
        "nudge_seconds": policy.nudge_seconds,
        "grace_seconds": policy.grace_seconds,
    }
