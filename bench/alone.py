"""One section of the measurement alone: on one province instead of the nation, and without writing results.json."""

import argparse
import tempfile
from pathlib import Path

from django.core.management import call_command

from bench import dribbling, load, load_people, nation
from bench.results import Results
from districts.models import Election, Region


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    sections = parser.add_subparsers(dest="section", required=True)
    crowd = sections.add_parser("load", help="officials who read and camat who report, all at once")
    crowd.add_argument("--readers", type=int, default=load.READERS)
    crowd.add_argument("--seconds", type=float, default=load.SECONDS)
    slow = sections.add_parser("dribble", help="24 clients send a form at 3 bytes a second")
    slow.add_argument("--nginx", action="store_true", help="with docs/deploy/nginx.conf before it")
    options = parser.parse_args()
    results = Results()
    call_command("migrate", verbosity=0)
    if options.section == "dribble":
        dribbling.all_rows(results, nginx=options.nginx)
        return
    load.all_rows(results, one_province(), "one province", count=options.readers, seconds=options.seconds)


def one_province() -> Election:
    """Made in an empty database; a database that was filled before is taken as it is."""
    if not Region.objects.exists():
        nation.load_regions()
        with tempfile.TemporaryDirectory() as folder:
            nation.load_stations(Path(folder))
        nation.silence(nation.make_election("provinsi", [load_people.PROVINCE]))
    return Election.objects.get(is_active=True)
