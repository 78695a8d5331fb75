"""What dashboards and the page of a kecamatan show, now and as of a past day, read from stored rows alone."""
