"""The rules of the ledger: dates, numbers, ids, unit names, progress, lights, history. Pure: no I/O, no clock."""
