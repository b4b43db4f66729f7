"""What deploybot remembers and passes around: plain, frozen, typed values without I/O."""

from typing import Any

Json = Any
"""A value that JSON can hold."""
