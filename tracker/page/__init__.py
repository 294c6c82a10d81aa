"""The HTML report: one self-contained file, made from rows that the ledger's rules have judged. No store, no clock."""
