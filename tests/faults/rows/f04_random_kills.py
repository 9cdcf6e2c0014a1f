"""F4: services die at random under load, and come back."""

import asyncio

from deploy.local.service_programs import SERVICES
from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row


def kills(number: int) -> "Row":
    """So many kills, a second or so apart."""

    async def inject(stage: Stage) -> None:
        done = 0
        while done < number:
            victim = stage.service(stage.chance.choice(SERVICES))
            done += victim.kill()
            await asyncio.sleep(stage.chance.uniform(0.3, 1.3))
        stage.did(f"{number} × SIGKILL of a service at random")
        ends = [code for each in stage.site.services.values() for code in each.ends]
        stage.expect(ends.count(-9) >= number, f"{number} kills, but the lives ended with {ends}")

    name = "F4" if number < 50 else f"F4-{number}"
    return Row(name=name, title=f"kill -9 of a service at random, {number} times", inject=inject)


BRIEF, LONG = kills(6), kills(200)
