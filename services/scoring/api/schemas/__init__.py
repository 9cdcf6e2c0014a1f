"""The shapes of scoring's requests and answers. Points are integers of thousandths everywhere."""
