"""Boundaries: read from GeoJSON (`reading`), matched with the registry (`matching`), kept and drawn (`drawing`)."""
