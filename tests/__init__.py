"""The tests: house, rules, services, the phone's modules, journeys in a browser."""
