"""Who has seen a family's file, and who changed it: in plain words, for who answers for it."""
