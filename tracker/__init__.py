"""The ledger (台账) behind 减污降碳协同增效 plans: targets, tasks, progress, and how each of them stands."""

__version__ = "0.1.0"
