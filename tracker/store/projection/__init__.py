"""The projection of history that questions about today read: its columns, and how a write moves it."""

UNSURE_DEADLINES, UNSURE_LIGHT, UNSURE_NEARNESS, UNSURE_DAYS = 1, 2, 4, 8
"""What of an item's schedule the kept columns cannot hold, in `needs_judging`: more than one run of days overdue or otherwise, more colours
than there are columns, more than two due dates that may be near.
"""
UNSURE_AT_ONCE = UNSURE_DEADLINES | UNSURE_NEARNESS
"""What of it may be wrong on any day; the rest is so from `needs_judging_from` on."""
ANY_DOUBT = UNSURE_DEADLINES | UNSURE_LIGHT | UNSURE_NEARNESS | UNSURE_DAYS
