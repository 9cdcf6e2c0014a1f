"""The services of Openday. They never import one another and never read one another's data."""
