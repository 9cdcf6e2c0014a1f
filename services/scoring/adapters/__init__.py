"""Where scoring meets the outside: contracts and rulebook files."""
