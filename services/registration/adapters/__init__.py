"""Where registration meets the outside: contracts, documents, keys."""
