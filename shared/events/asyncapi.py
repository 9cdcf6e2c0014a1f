"""AsyncAPI 3.0 of one service: what it sends, what it receives, on which topics. Made from the contracts."""

from collections.abc import Collection
from typing import Any

from shared.events.catalogue import OWNERS, events_topic
from shared.events.contract import Contract
from shared.events.golden import file_name

PARTITIONS = 12
BINDING = "0.5.0"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"


def document(service: str, received: Collection[type[Contract]], *, schemas: str) -> dict[str, Any]:
    """The document of `service`, which acts upon the `received` contracts; `schemas` is the way to the schema files."""
    heard = {owner: [each for each in received if owner == each.OWNER] for owner in OWNERS}
    heard = {owner: contracts for owner, contracts in heard.items() if contracts}
    spoken = {service: list(OWNERS[service])} | {owner: heard[owner] for owner in heard if owner != service}
    receives = {f"receive-{owner}": _operation(service, owner, "receive", each) for owner, each in heard.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Openday {service}: events", "version": "1", "description": _ABOUT},
        "defaultContentType": "application/json",
        "channels": {owner: _channel(owner, contracts) for owner, contracts in spoken.items()},
        "operations": {
            f"send-{service}": _operation(service, service, "send", spoken[service]),
            **receives,
        },
        "components": {
            "messages": {each.__name__: _message(each, schemas) for contracts in spoken.values() for each in contracts},
            "schemas": {"CloudEventHeaders": _HEADERS},
        },
    }


def _channel(owner: str, spoken: list[type[Contract]]) -> dict[str, Any]:
    return {
        "address": events_topic(owner),
        "description": f"The facts of {owner}, kept for ever, in order per key.",
        "messages": {each.__name__: {"$ref": f"#/components/messages/{each.__name__}"} for each in spoken},
        "bindings": {
            "kafka": {
                "topic": events_topic(owner),
                "partitions": PARTITIONS,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1, "max.message.bytes": 1048576},
                "bindingVersion": BINDING,
            }
        },
    }


def _operation(service: str, owner: str, action: str, spoken: list[type[Contract]]) -> dict[str, Any]:
    sends = action == "send"
    operation: dict[str, Any] = {
        "action": action,
        "summary": f"What {service} tells." if sends else f"What {service} acts upon; it passes over everything else.",
        "channel": {"$ref": f"#/channels/{owner}"},
        "messages": [{"$ref": f"#/channels/{owner}/messages/{each.__name__}"} for each in spoken],
    }
    if not sends:
        group = {"type": "string", "const": f"openday.{service}"}
        operation["bindings"] = {"kafka": {"groupId": group, "bindingVersion": BINDING}}
    return operation


def _message(contract: type[Contract], schemas: str) -> dict[str, Any]:
    return {
        "name": contract.type(),
        "title": contract.__name__,
        "summary": (contract.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"{schemas}/{file_name(contract)}"}},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"The value of {contract.KEY}."},
                "bindingVersion": BINDING,
            }
        },
    }


_ABOUT = (
    "CloudEvents 1.0 in Kafka's binary mode. Delivered at least once, in order per aggregate (ce_subject): apply "
    "ce_sequence = last + 1, drop what is lower. Readers ignore fields and types that they do not know."
)

_HEADERS: dict[str, Any] = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_sequence"],
    "properties": {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "description": "<subject>-<sequence>; the same when it is sent again"},
        "ce_source": {"type": "string", "description": "/openday/<service>"},
        "ce_type": {"type": "string", "description": "openday.<service>.<fact>.v<major>"},
        "ce_subject": {"type": "string", "description": "the aggregate"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_sequence": {"type": "string", "description": "counts the facts of one aggregate from 1"},
        "ce_partitionkey": {"type": "string", "description": "the Kafka key"},
        "ce_dataschema": {"type": "string", "description": "urn:openday:schema:<type>"},
        "ce_chain": {
            "type": "string",
            "description": "SHA-256 over previous chain, sequence, type, time (a line each) and value",
        },
        "ce_traceparent": {"type": "string", "description": "W3C trace context"},
    },
}
