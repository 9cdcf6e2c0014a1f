"""The kernel that every Openday service stands on. It holds no business rule and never imports a service."""
