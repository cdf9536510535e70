"""Calling a person's phone: push subscriptions, alerts, each delivery and what the phone said of it."""
