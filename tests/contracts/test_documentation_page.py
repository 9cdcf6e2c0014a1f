"""The page on which people read and try an API works inside a network that reaches nothing else."""

import re

import httpx
import pytest

from services.registration.api.routes import router
from shared.http.app import create_app
from shared.settings import ServiceSettings


def client(settings: ServiceSettings) -> httpx.AsyncClient:
    app = create_app("registration", router, settings)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://openday.test")


async def test_everything_that_the_page_loads_comes_from_the_service() -> None:
    async with client(ServiceSettings()) as http:
        page = await http.get("/registration/v1/docs")
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        answers = [await http.get(each) for each in loaded]
    assert any(each.endswith(".js") for each in loaded)
    assert not [each for each in loaded if "//" in each]
    assert {each.status_code for each in answers} == {200}
    assert "//cdn" not in page.text


@pytest.mark.parametrize("path", ["docs", "openapi.json", "docs-assets/swagger-ui-bundle.js"])
async def test_production_shows_no_page(path: str) -> None:
    async with client(ServiceSettings(profile="production")) as http:
        assert (await http.get(f"/registration/v1/{path}")).status_code == 404
