"""Large files of reference data: streamed into a temporary table, checked there as a set, then applied or refused whole.

Import the loader of a topic: `loading.regions`, `loading.stations`.
"""
