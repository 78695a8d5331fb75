"""Who changed what: triggers from the lists in `audited.py`, who is at work, and the pages that tell it."""
