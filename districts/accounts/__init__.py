"""Accounts: who may give which role, cards with one-time codes, files of many, lists."""
