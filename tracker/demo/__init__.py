"""A sample ledger: the shipped plans with invented reports, so that lights, weekly report and page can be seen at once."""
