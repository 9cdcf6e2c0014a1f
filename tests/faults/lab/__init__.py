"""Engines, proxies and service processes that may be killed, frozen, cut off and slowed, all on this machine alone."""
