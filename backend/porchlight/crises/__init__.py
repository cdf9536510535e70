"""A crisis from “Get help” to a person who has it: raised, escalated, acknowledged, resolved; every step on its timeline."""
