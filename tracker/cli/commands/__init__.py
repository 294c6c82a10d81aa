"""The commands: one small module each. What they do is in `actions`, how it looks in `cli.output`."""
