"""Scoring over HTTP: thin translation between requests and commands."""
