"""`sanfang`: one command for each habit. Each file of this folder is one group of commands; `app.py` lists them."""

from infra.cli.app import main

__all__ = ["main"]
