"""Whoever is next hears of it some hours before the shift begins; and swaps that have ended by themselves are closed."""
