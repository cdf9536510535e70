"""Reporting abuse or neglect as the law tells us to: two clocks, and a seal over who reported."""
