"""Where feedback meets the outside: contracts, codes."""
