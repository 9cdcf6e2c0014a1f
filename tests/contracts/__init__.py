"""What is promised to others: contracts of events, APIs, who may call what."""
