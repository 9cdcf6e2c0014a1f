"""The shapes of feedback's requests and answers. Requests refuse unknown fields."""
