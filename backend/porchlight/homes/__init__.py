"""Resource homes, the caregivers in them and who is placed where."""
