"""How long each regular expression takes over the worst that somebody may send.

`python -m tests.bench.patterns` prints the slowest ones; that none takes long is a test
(`tests/test_patterns.py`).
"""

from tests.test_patterns import LONG, PATTERNS, run, worst

SHOWN = 3


def seconds(name: str) -> float:
    """CPU seconds of a pattern over the worst of the texts that are built against it."""
    return max((run(name, text) for text in worst(PATTERNS[name], LONG)), default=0.0)


def main() -> None:
    """Measure and print."""
    print(f"{len(PATTERNS)} patterns, each over {LONG:,} characters; the slowest:")
    slowest = sorted(((seconds(name), name) for name in PATTERNS), reverse=True)
    for took, name in slowest[:SHOWN]:
        print(f"{1000 * took:7.1f} ms  {name}")


if __name__ == "__main__":
    main()
