"""The arithmetic of a rota: turns on the wall clock, windows of the week, layers, and what changes them for a while."""
