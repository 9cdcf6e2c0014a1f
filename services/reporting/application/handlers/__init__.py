"""Handlers, one module per noun. No logging, no try/except here: the dispatcher and the kernel do that."""
