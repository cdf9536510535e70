"""One thumb on a screen: it counts what it taps and what it types."""

from playwright.sync_api import Locator

# Seconds: the time to point at something, and a letter at 40 words a minute (Card, Moran and Newell, 1983).
TAP, LETTER = 1.1, 0.28


class Thumb:
    """taps: those into a field count, too. typed: how many fields; letters: in all of them."""

    def __init__(self) -> None:
        self.taps = self.typed = self.letters = 0

    def tap(self, one: Locator) -> None:
        self.taps += 1
        one.click()

    def type(self, field: Locator, words: str) -> None:
        self.tap(field)
        self.typed += 1
        self.letters += len(words)
        field.press_sequentially(words)

    def seconds(self) -> float:
        """How long the hands of a practised person are busy with all of it."""
        return self.taps * TAP + self.letters * LETTER
