"""Handing an open crisis over: it is offered with a note, and stays with whoever has it until the next one accepts."""
