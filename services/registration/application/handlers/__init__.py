"""Handlers, one module per noun. No logging, no metrics, no try/except here: decorators and the kernel do that."""
