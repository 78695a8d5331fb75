"""Draws the pictures of the guides: the demo on a fixed morning, the real site, a real Chromium. `make screenshots`."""
