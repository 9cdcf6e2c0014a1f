"""The kernel on in-memory stand-ins, under a loop whose time is simulated: every awaited I/O may crash or repeat."""
