"""What the documents say about the repository is true of it."""
