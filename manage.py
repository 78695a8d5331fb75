#!/usr/bin/env python
"""Django's command line for SIAP Pilkada."""

import os
import sys

from django.core.management import execute_from_command_line

from districts.audit.trail import trail_of_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilkada.settings")
    with trail_of_command(sys.argv):
        execute_from_command_line(sys.argv)
