"""What is shown of a person where the whole is not needed: the one place that masks."""


def masked_name(name: str) -> str:
    """The family name and a star: 张*."""
    return f"{name[:1]}*" if name else ""


def masked_phone(phone: str) -> str:
    """The first three and last four digits: 138****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)
