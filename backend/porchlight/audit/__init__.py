"""Who saw and who changed what: a row in the same transaction as the act."""
