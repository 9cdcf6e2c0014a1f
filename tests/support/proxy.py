"""A TCP proxy that can be cut or frozen: a dependency goes away without ending the engine that others use."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PIECE = 65536


@dataclass
class Proxy:
    """Between a service and one engine. `port` stays the same whatever happens to it."""

    target: tuple[str, int]
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)

    async def heal(self) -> None:
        """Forward."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Refuse connections, close those that are open: the engine has died."""
        if self._server:
            self._server.close()
            self._server = None
        for each in list(self._open):
            each.close()

    def freeze(self) -> None:
        """Keep connections, forward nothing: the engine hangs."""
        self._flowing.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            onward = await asyncio.open_connection(*self.target)
            self._open.add(onward[1])
            await asyncio.gather(self._forward(reader, onward[1]), self._forward(onward[0], writer))
        except OSError:
            writer.close()

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(PIECE):
                await self._flowing.wait()
                sink.write(piece)
                await sink.drain()
        self._open.discard(sink)
        sink.close()


@asynccontextmanager
async def proxied(url: str) -> AsyncIterator[Proxy]:
    """A proxy before the engine at `url` (`mongodb://host:port`)."""
    parts = urlsplit(url)
    proxy = Proxy((parts.hostname or "127.0.0.1", parts.port or 27017))
    await proxy.heal()
    try:
        yield proxy
    finally:
        proxy._flowing.set()
        await proxy.cut()
