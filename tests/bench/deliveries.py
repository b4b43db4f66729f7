"""The requests of the bench: deliveries as GitHub makes them, written out in full beforehand."""

from dataclasses import dataclass

from sandbox.core.delivery import Sent
from sandbox.world import World

PATH = "/github/webhook"


@dataclass(frozen=True)
class Deliveries:
    """Whole HTTP requests, each of another deployment, and what the receiver is configured with."""

    requests: list[bytes]
    environ: dict[str, str]

    @property
    def secret(self) -> str:
        """What they are signed with."""
        return self.environ["GITHUB_WEBHOOK_SECRET"]

    @property
    def body_size(self) -> int:
        """Bytes of a typical body."""
        return len(self.requests[0].partition(b"\r\n\r\n")[2])


def deployment_statuses(count: int) -> Deliveries:
    """`count` signed `deployment_status` deliveries; needs a running event loop.

    The payloads and signatures are the sandbox's, which tests hold against GitHub's schemas. The
    providers' addresses in the environment lead to a port where nobody listens.
    """
    world = World()
    environ = world.environ()
    world.github.deliverer.lose = 2 * count  # they are recorded, and never sent
    for number in range(count):
        deployment = world.github.person_deploys(world.repository, description=f"Deploy {number}")
        world.github.post_status_as(deployment, "in_progress", log_url=f"https://ci/{number}")
    sent = [item for item in world.github.deliverer.log if item.event == "deployment_status"]
    return Deliveries([_request(item) for item in sent], environ)


def _request(sent: Sent) -> bytes:
    headers = {"Host": "127.0.0.1", **sent.headers, "Content-Length": str(len(sent.body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + sent.body
