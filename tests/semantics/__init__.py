"""Worked examples: files in, numbers out. `rows` writes rows, `town` sends them and asks."""
