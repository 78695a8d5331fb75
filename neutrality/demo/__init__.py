"""Neutrality of the demo: told through the same acts people use."""
