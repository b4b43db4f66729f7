"""`python -m app`: the same as the console script `deploybot`."""

from app.cli import main

if __name__ == "__main__":
    main()
