"""Administration of reference data, people and thresholds, by topic. No business logic: facts and who may keep them."""

from districts.admin import audit, elections, issues, people, readiness, regions, reports, signing_in, stations

__all__ = ["audit", "elections", "issues", "people", "readiness", "regions", "reports", "signing_in", "stations"]
