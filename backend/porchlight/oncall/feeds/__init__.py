"""Shifts in the calendar that a person already looks at: an address that can be given up, or one shift as a file."""
