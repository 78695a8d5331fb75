"""Which kecamatan vote in an election, said once: those under a voting region, and that of a village that votes again."""

from django.db import migrations

VIEW = """
CREATE VIEW districts_votingkecamatan AS
SELECT DISTINCT voting.election_id, kecamatan.code AS kecamatan_id, kecamatan.time_zone
FROM districts_election_regions voting
JOIN districts_region kecamatan
  ON left(voting.region_id, 8) IN (left(kecamatan.code, 2), left(kecamatan.code, 5), kecamatan.code)
WHERE kecamatan.level = 3
"""


class Migration(migrations.Migration):
    dependencies = [("districts", "0011_expected_slot_index")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW districts_votingkecamatan")]
