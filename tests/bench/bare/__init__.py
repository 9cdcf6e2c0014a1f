"""The comparator: the same durable work in plain FastAPI, motor and aiokafka."""
