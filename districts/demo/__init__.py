"""The demo: real places, an election twelve days ahead and eight weeks of simulated reports with a story in them.

Everything goes the way real data goes: reports through `submit_report`, decisions, issues and calls through their
actions, colours through the readiness engine, each with the moment of the story as its `now`.
"""
