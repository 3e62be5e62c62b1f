"""``python -m infra.cli``: how supervised programs are started, whatever is on the path."""

from infra.cli.app import main

main()
