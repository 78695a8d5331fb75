"""`python -m docs.screenshots [NAME...]`: into an empty database, then `docs/gambar/` and `docs/dashboard.png`."""

import os
import sys
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilkada.settings")
os.environ["SECRET_KEY"] = "pictures-of-the-guides-and-nothing-else"  # codes on cards follow from it
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver keeps an event loop in this thread
django.setup()
import_module("docs.screenshots.camera").main(sys.argv[1:])  # its models can be imported only now
