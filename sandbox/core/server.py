"""A stand-in's HTTP server on loopback."""

from dataclasses import dataclass

from aiohttp import web


@dataclass
class Server:
    """One application on 127.0.0.1; `port` 0 takes a free one."""

    app: web.Application
    port: int = 0
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The server's address, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen."""
        self._runner = web.AppRunner(self.app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port; connections are cut."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
