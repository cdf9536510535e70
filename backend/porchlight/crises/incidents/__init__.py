"""Incidents: what happened, how bad, who was told when, what follows, and a supervisor's review; nothing is written over."""
