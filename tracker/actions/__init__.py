"""What the commands do, between their options and the store: one module a verb. No SQL, no printing, no clock."""
