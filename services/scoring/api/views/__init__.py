"""The shapes of scoring's answers. Points are integers of thousandths everywhere."""
