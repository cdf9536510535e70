"""Answers to texts: “1” takes the alert, STOP and “wrong person” are honoured, and reports of a provider are heard."""
