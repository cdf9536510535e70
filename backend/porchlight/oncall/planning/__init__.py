"""Changing the rota: rotations, overrides, temporary schedules, the schedule itself."""
