"""What runs on the phone: its decisions in Node, all else in a real Chromium against a small server of our own."""
