"""What import rules cannot see: the words of one provider stay where they belong."""

import re
from pathlib import Path

import app

APP = Path(app.__file__).parent
MAY_SAY_IT = re.compile(
    r"circleci/|service/|operator/|texts/|settings\.py"
    r"|lifecycle/configuration/(?:model|value_types)\.py"  # the file's section is named after it
    r"|model/reasons/base\.py"  # so are sentences
)


def test_one_cis_words_stay_in_its_folder() -> None:
    """A second CI is a folder of its own and its wiring: nothing else knows which CI it is."""
    pages = {
        path.relative_to(APP).as_posix(): path.read_text("utf-8") for path in APP.rglob("*.py")
    }
    saying = {name for name, page in pages.items() if "circleci" in page.lower()}
    assert any(name.startswith("circleci/") for name in saying)
    assert [name for name in sorted(saying) if not MAY_SAY_IT.match(name)] == []
