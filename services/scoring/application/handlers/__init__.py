"""Handlers, one module per noun. No logging and no try/except here: decorators and the kernel do that."""
