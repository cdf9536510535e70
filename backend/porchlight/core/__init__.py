"""What every room stands on: database, clock, ids, jobs, keys, sealing, words."""
