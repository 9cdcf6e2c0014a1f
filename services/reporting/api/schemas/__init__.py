"""The shapes of reporting's requests and answers, one module per noun. Requests refuse unknown fields."""
