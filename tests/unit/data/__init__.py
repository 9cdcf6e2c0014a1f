"""The district's data files: what they say, that they agree with one another, and how they refuse what is wrong."""
