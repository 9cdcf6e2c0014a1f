"""What runs a district: engines, local supervision, data and configuration files."""
