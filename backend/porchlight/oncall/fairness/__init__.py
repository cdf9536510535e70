"""Nights, weekends, holidays, hours and call-outs of each person, and who might go next."""
