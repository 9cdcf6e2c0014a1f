"""The whole district, as `make demo` runs it, on ports and folders of its own; nothing is faked and nothing skipped."""
