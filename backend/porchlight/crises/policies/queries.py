"""Reading the agency's policy, and the picture of it that a crisis keeps."""

from typing import Any

from porchlight.crises.models import EscalationPolicy


def snapshot(policy: EscalationPolicy) -> dict[str, Any]:
    """The policy as it stands now, as a crisis keeps it: a change tomorrow does not reach into tonight."""
    return {
        "schedule_id": str(policy.schedule_id),
        "levels": policy.levels,
        "last_resort_id": str(policy.last_resort_id),
        "duty_manager_id": str(policy.duty_manager_id) if policy.duty_manager_id else None,
        "nudge_seconds": policy.nudge_seconds,
        "grace_seconds": policy.grace_seconds,
    }
