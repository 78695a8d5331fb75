"""`python -m bench`: fills an empty database with the nation, measures, prints a table and writes results.json."""

import os
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilkada.settings")
django.setup()
import_module("bench.run").main()  # its models can be imported only now
