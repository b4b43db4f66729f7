"""The documentation says what the code does, and its links lead somewhere."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from ruamel.yaml import YAML

from app.cli import run
from app.commands import COMMANDS
from app.github_app.permissions import EVENTS, PERMISSIONS
from app.http.guard import guarded
from app.model.build import BuildState
from app.observe import Metrics
from app.settings import Settings, SettingsError, read_settings
from sandbox.world import own_key_pair

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])

ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CITED = re.compile(r"(?<![\w./-])((?:app|sandbox|tests)/[\w/]*(?:\.\w+)?|test_\w+\.py)((?:::\w+)*)")
SELECTOR = re.compile(r'(deploybot_\w+)(?:\{(\w+)="([^"]+)"\})?')
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
ROUTE = re.compile(r'\bweb\.(get|post)\("([^"]+)"')
STATE = re.compile(r"^ +(\w+)(?: --> (\w+).*)?$", re.MULTILINE)


def text(name: str) -> str:
    """A page of the documentation."""
    return (ROOT / name).read_text(encoding="utf-8")


async def ignored(_: web.Request) -> web.Response:
    """A handler."""
    return web.Response()


def section(page: str, heading: str) -> str:
    """A page's part under a heading, up to the next one of that level."""
    level = heading.partition(" ")[0]
    after = page.partition(f"{heading}\n")[2]
    assert after, heading
    return re.split(rf"^{level} ", after, maxsplit=1, flags=re.MULTILINE)[0]


def table(part: str) -> dict[str, str]:
    """Rows whose first cell is code: that, and the rest of the row."""
    return {match[1]: match[2] for match in ROW.finditer(part)}


def test_every_setting_is_described() -> None:
    """The table of variables and what the code reads are the same, and so is what is required."""
    with pytest.raises(SettingsError) as caught:
        read_settings({})
    rows = table(section(text("docs/operations.md"), "## Settings"))
    assert rows.keys() == {field.alias for field in Settings.model_fields.values()}
    required = {problem.split()[0] for problem in caught.value.problems}
    assert {name for name, rest in rows.items() if "required" in rest} == required


def test_defaults_are_the_real_ones() -> None:
    """A default in the table, written out, changes nothing."""
    rows = table(section(text("docs/operations.md"), "## Settings"))
    least = {name: "https://example.com" for name, rest in rows.items() if "required" in rest}
    least |= {"GITHUB_APP_ID": "7", "GITHUB_PRIVATE_KEY": own_key_pair()[0]}
    least |= {"SLACK_BOT_TOKEN": "xoxb-1234"}
    cells = {name: rest.split("|")[0].strip() for name, rest in rows.items()}
    written = {name: cell.strip("`") for name, cell in cells.items() if cell.startswith("`")}
    assert len(written) > 10
    assert read_settings({**least, **written}) == read_settings(least)


def test_the_example_environment_is_what_must_be_set() -> None:
    """`.env.example` has what is required and what setup.md prints, and holds no secret."""
    with pytest.raises(SettingsError) as caught:
        read_settings({})
    lines = [line for line in text(".env.example").splitlines() if line and line[0] != "#"]
    example = dict(line.split("=", 1) for line in lines)
    printed = set(re.findall(r'print\("(\w+)=', text("docs/setup.md")))
    assert len(printed) == 4
    assert example.keys() == {problem.split()[0] for problem in caught.value.problems} | printed
    assert {name for name, value in example.items() if value} == {"PUBLIC_URL"}


def test_every_route_is_described() -> None:
    """What an operator keeps inside and what a reverse proxy passes on is all that is mounted."""
    page = text("docs/operations.md")
    inside = re.findall(r"^\| `(\w+ /.*?)`", section(page, "## Health"), re.MULTILINE)
    proxied = section(page, "## Strangers, and the reverse proxy")
    outside = re.findall(r"^ +\| `(\w+ /.*?)`", proxied, re.MULTILINE)
    mounted = {
        f"{method.upper()} {path}"
        for source in (ROOT / "app").rglob("*.py")
        for method, path in ROUTE.findall(source.read_text(encoding="utf-8"))
    }
    assert {"GET /github/callback", "GET /healthz"} <= mounted
    assert sorted([*inside, *outside]) == sorted(mounted)
    assert {route.split("/")[1] for route in outside} == {"github", "slack", "circleci"}


def test_every_metric_is_described() -> None:
    """The table of metrics with their labels is what the registry has."""
    named = {}
    for name in table(section(text("docs/operations.md"), "## Metrics: is anything stuck?")):
        metric, _, labels = name.removesuffix("}").partition("{")
        named[metric.removesuffix("_total")] = tuple(labels.split(",")) if labels else ()
    metrics = Metrics()
    collectors = [each for each in vars(metrics).values() if hasattr(each, "_labelnames")]
    assert named == {each._name: each._labelnames for each in collectors}


def test_alerts_are_about_what_there_is_from_the_start() -> None:
    """Each series that an alert of ours names is exposed before anything has happened."""
    part = section(text("docs/operations.md"), "## Metrics: is anything stuck?")
    alerts = YAML(typ="safe").load(part.split("```yaml\n")[1].split("```")[0])
    found = [each for alert in alerts for each in SELECTOR.findall(alert["expr"])]
    assert len(found) > 5
    metrics = Metrics()
    guarded([web.post("/github/webhook", ignored)], metrics)
    exposed = [each for metric in metrics.registry.collect() for each in metric.samples]
    for name, label, value in found:
        series = [each for each in exposed if each.name == name]
        assert any(each.labels.get(label, "") == value for each in series) if label else series


def test_the_github_app_asks_for_what_the_code_needs() -> None:
    """Permissions and events, in the table and in the form."""
    setup = text("docs/setup.md")
    permissions, events = setup.split("| permission |")[1].split("| event |")
    levels = {name: rest.split("|")[0].strip() for name, rest in table(permissions).items()}
    assert levels == PERMISSIONS
    assert tuple(table(events)) == EVENTS
    form = re.search(r'<script type="application/json".*?>(.*?)</script>', _form(), re.DOTALL)
    assert form is not None
    assert json.loads(form[1]) == {
        "default_permissions": PERMISSIONS,
        "default_events": list(EVENTS),
    }


def _form() -> str:
    return text("docs/github-app.html")


def test_the_new_apps_secrets_become_settings() -> None:
    """The lines that setup.md has one run turn GitHub's answer into an environment."""
    script = re.search(r"<<'END'\n(.*?)\nEND\n", text("docs/setup.md"), re.DOTALL)
    assert script is not None
    app = {
        "id": 7,
        "pem": own_key_pair()[0],
        "webhook_secret": "hook-secret",
        "client_secret": "client-secret",
    }
    done = subprocess.run(
        [sys.executable, "-c", script[1].replace("sys.argv[1]", "0"), "-"],
        input=json.dumps(app),
        capture_output=True,
        text=True,
        check=True,
    )
    environ = dict(line.split("=", 1) for line in done.stdout.splitlines())
    rest = dict.fromkeys(
        (
            "PUBLIC_URL",
            "SLACK_SIGNING_SECRET",
            "CIRCLECI_TOKEN",
            "CIRCLECI_WEBHOOK_SECRET",
        ),
        "https://example.com",
    )
    settings = read_settings({**environ, **rest, "SLACK_BOT_TOKEN": "xoxb-1234"})
    assert (settings.github_app_id, settings.github_private_key) == ("7", app["pem"])
    assert settings.github_webhook_secrets == ("hook-secret",)
    assert settings.github_client_secret == "client-secret"


def test_every_state_is_in_the_diagram() -> None:
    """The diagram's states are those of the code, and so are the table's."""
    part = section(text("docs/architecture.md"), "## The states of a build")
    diagram = part.split("```mermaid")[1].split("```")[0]
    drawn = {name for match in STATE.finditer(diagram) for name in match.groups() if name}
    assert drawn - {"open", "over"} == set(BuildState)
    states = re.findall(r"^\| (`.*?`) \|", part, re.MULTILINE)
    assert sorted(name for cell in states for name in re.findall(r"`(\w+)`", cell)) == sorted(
        BuildState
    )


def test_every_command_is_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    """In the channel's table; and the command line's knows what `--help` knows."""
    readme = text("README.md")
    named = set(re.findall(r"`/cimon (\w+)", section(readme, "## In the channel")))
    assert named == {command.name for command in COMMANDS}
    with pytest.raises(SystemExit):
        run(["--help"])
    usage = capsys.readouterr().out
    offered = set(re.findall(r"^    ([a-z-]+)", usage, re.MULTILINE))
    assert set(re.findall(r"`deploybot ([a-z-]+)", section(readme, "## Install"))) == offered


def test_the_page_suggests_every_command() -> None:
    """The sandbox's own list names the commands that there are."""
    listed = text("sandbox/page/static/suggest.js").split("const COMMANDS = [")[1].split("];")[0]
    names = re.findall(r'^  \["(\w+)"', listed, re.MULTILINE)
    assert sorted(names) == sorted(command.name for command in COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_cited_exists(page: Path) -> None:
    """Every path of the tree that a page names is there, and every test in its file."""
    for name, inside in CITED.findall(page.read_text(encoding="utf-8")):
        files = [ROOT / name] if "/" in name else list((ROOT / "tests").rglob(name))
        assert len(files) == 1, name
        assert files[0].exists(), name
        for test in filter(None, inside.split("::")):
            written = files[0].read_text(encoding="utf-8")
            assert re.search(rf"^ *(?:async def|def|class) {test}\b", written, re.MULTILINE), test


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file of the tree, and every anchor a heading of it."""
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in target or target.startswith("../../"):
            continue
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def test_what_make_can_do_is_what_is_named() -> None:
    """Every `make …` in the pages is a target."""
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`make ([a-z]+)`", page.read_text())}
    assert {"demo", "test"} <= named <= targets


def test_the_image_is_made_of_what_is_there() -> None:
    """Every file that the Dockerfile copies from the tree exists and is not ignored."""
    ignored = text(".dockerignore").splitlines()
    copied = re.findall(r"^COPY (?!--from)(\S+) ", text("Dockerfile"), re.MULTILINE)
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored


def test_the_image_stands_on_one_digest() -> None:
    """Both stages name the same index of the same image, so that a rebuild gets the same."""
    bases = re.findall(r"^FROM (\S+)", text("Dockerfile"), re.MULTILINE)
    assert len(bases) == 2
    assert re.fullmatch(r"python:[\d.]+-slim@sha256:[0-9a-f]{64}", bases[0])
    assert set(bases) == {bases[0]}


def test_containers_may_do_little() -> None:
    """Read-only, no capabilities, no new privileges, not root, heard on this machine only."""
    services = YAML(typ="safe").load(text("compose.yaml"))["services"]
    assert set(services) == {"deploybot", "tables", "dynamodb"}
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - a container's own
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    last = text("Dockerfile").rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)", last, re.MULTILINE) == ["deploybot"]


def test_every_secret_is_told_of() -> None:
    """SECURITY.md says what each secret of `.env.example` and the settings is good for."""
    told = text("SECURITY.md")
    named = set(re.findall(r"`([A-Z_]+(?:SECRET|TOKEN|KEY))`", text("docs/operations.md")))
    assert len(named) > 5
    assert {name for name in named if f"`{name}`" not in told} == set()
    assert "(SECURITY.md)" in text("README.md")
