"""Handlers, one module per noun. No logging, no metrics of requests, no try/except here: the kernel does that."""
