"""The shapes of registration's requests and answers, one module per noun. Requests refuse unknown fields."""
