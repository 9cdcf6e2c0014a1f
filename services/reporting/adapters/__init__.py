"""Where reporting meets the outside: contracts, documents, files."""
