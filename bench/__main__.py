"""`python -m bench`: fills an empty database with the nation, measures, prints a table and writes results.json.

`python -m bench load` and `python -m bench dribble [--nginx]` measure one thing on less and write nothing.
"""

import os
import sys
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilkada.settings")
django.setup()
# models can be imported only now
import_module("bench.alone" if sys.argv[1:] else "bench.run").main()
