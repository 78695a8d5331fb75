"""Signing in: wrong passwords, the second factor, devices and how long a session lasts."""
