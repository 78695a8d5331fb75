"""Postgres and Valkey of a laptop: real servers from wheels, in a private data folder.

`python -m pilkada.services exec -- CMD` starts what the environment does not give, runs CMD with it and stops it.
Needs no Django settings: it is what fills the environment the settings are read from.
"""
