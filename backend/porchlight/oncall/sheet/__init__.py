"""One sheet of paper for when everything else fails: who has the weekend, and the numbers to ring."""
