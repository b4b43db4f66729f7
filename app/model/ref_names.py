"""Refs and commits as people know them."""

SHORT_SHA = 7
"""Characters of a commit that are shown."""


def shown_ref(ref: str) -> str:
    """A ref as people know it: without `refs/heads/`, a full SHA shortened."""
    for prefix in ("refs/heads/", "refs/tags/", "refs/", "heads/", "tags/"):
        ref = ref.removeprefix(prefix)
    if ref.startswith("pull/") and ref.endswith(("/head", "/merge")):
        return f"#{ref.split('/')[1]}"
    if len(ref) == 40 and all(letter in "0123456789abcdef" for letter in ref):
        return ref[:SHORT_SHA]
    return ref
