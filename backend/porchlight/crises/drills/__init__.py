"""Drills: a test alert by the true path to each person and phone, before each shift and each week, passed or failed."""
