"""The house keeps its own rules: imports, and what ruff bans; each rule has been seen to refuse."""
