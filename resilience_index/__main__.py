"""The command line's door: run a command, say what went wrong in one message, end with its code.

0 done, 2 for what the user can mend, 1 for a fault of the program (with a traceback).
"""

import os
import sys


def main() -> None:
    """Run the command line."""
    from resilience_index.cli import app
    from resilience_index.errors import ResilienceIndexError, plain

    try:
        app()
    except ResilienceIndexError as error:
        sys.stderr.write(f"{plain(str(error))}\n")
        sys.exit(2)
    except MemoryError:
        sys.stderr.write("not enough memory for this; take smaller data or a larger machine\n")
        sys.exit(2)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
