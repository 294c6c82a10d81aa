"""The projection of history that questions about today read: its columns, and how a write moves it."""

LOOSE_DEADLINES, LOOSE_LIGHT, LOOSE_NEARNESS, LOOSE_DAYS = 1, 2, 4, 8
"""What of an item's schedule the kept columns cannot hold, in `needs_judging`: more than one run of days overdue or otherwise, more colours
than there are columns, more than two due dates that may be near.
"""
LOOSE_AT_ONCE = LOOSE_DEADLINES | LOOSE_NEARNESS
"""What of it may be wrong on any day; the rest is so from `needs_judging_from` on."""
ANY_DOUBT = LOOSE_DEADLINES | LOOSE_LIGHT | LOOSE_NEARNESS | LOOSE_DAYS
