"""What a service is made of, started and stopped in order."""

from shared.runtime.service import Service, serving

__all__ = ["Service", "serving"]
