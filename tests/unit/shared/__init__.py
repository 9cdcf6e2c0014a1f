"""The kernel's pure parts, and its rules under thousands of schedules."""
