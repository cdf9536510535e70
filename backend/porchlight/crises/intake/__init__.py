"""Crises by telephone: the number of each region, who answers it, and an alert raised for a caller in half a minute."""
