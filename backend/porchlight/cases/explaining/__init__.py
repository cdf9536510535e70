"""Why something is hidden, in plain words, and whom to ask; never whether it is there."""
