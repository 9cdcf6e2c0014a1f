"""Registration as most would write it: one conditional update, one insert, one acknowledged send, then the answer.

It does the same durable work as ours, with the same server settings, and has no lanes, no outbox, no roster rules
beyond the cap, no encryption, no idempotency: what remains is the price of our house.
"""

import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI, HTTPException
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

TOPIC = "bare.registrations"


class Body(BaseModel):
    """As ours."""

    category: str
    grassroots: bool = False
    name: str
    phone: str
    consent: bool


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(os.environ["BARE_MONGO"], maxPoolSize=64)
    producer = AIOKafkaProducer(bootstrap_servers=os.environ["BARE_KAFKA"], enable_idempotence=True)
    await producer.start()
    app.state.db = client["bare"]
    app.state.producer = producer
    yield
    await producer.stop()
    client.close()


app = FastAPI(lifespan=lifespan)


@app.put("/points/{point_id}")
async def put_point(point_id: str, cap: int) -> dict[str, str]:
    """Make a point."""
    await app.state.db.points.insert_one({"_id": point_id, "free": cap, "registrations": []})
    return {"id": point_id}


@app.post("/points/{point_id}/registrations", status_code=201)
async def register(point_id: str, body: Body) -> dict[str, str]:
    """Seat somebody."""
    registration_id = str(uuid.uuid4())
    try:
        await app.state.db.contacts.insert_one(
            {"_id": f"{point_id}:{body.phone}", "registration_id": registration_id, "name": body.name}
        )
    except DuplicateKeyError:
        raise HTTPException(409, "already registered") from None
    seat = {"id": registration_id, "category": body.category, "grassroots": body.grassroots}
    point = await app.state.db.points.find_one_and_update(
        {"_id": point_id, "free": {"$gt": 0}}, {"$inc": {"free": -1}, "$push": {"registrations": seat}}
    )
    if point is None:
        raise HTTPException(409, "full")
    event = json.dumps({"point": point_id, **seat}).encode()
    await app.state.producer.send_and_wait(TOPIC, event, key=point_id.encode())
    return {"registration_id": registration_id, "status": "confirmed"}


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["BARE_PORT"]), log_config=None, access_log=False, loop="uvloop")
