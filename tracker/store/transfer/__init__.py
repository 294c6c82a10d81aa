"""A whole ledger into another place: another database, or a folder of files and back."""
