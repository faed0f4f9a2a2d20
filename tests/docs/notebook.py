"""A notebook without a page: runs cells that come as lines of JSON, tells what each printed."""

import io
import json
import sys
import traceback
from contextlib import redirect_stdout


def main() -> None:
    """Run one cell after the other in the same names."""
    names: dict[str, object] = {"__name__": "__main__"}
    for line in sys.stdin:
        said, failed = io.StringIO(), ""
        try:
            with redirect_stdout(said):
                exec(compile(json.loads(line), "cell", "exec"), names)  # noqa: S102  # our own pages
        except Exception:  # noqa: BLE001  # whatever it is, the test tells it
            failed = traceback.format_exc()
        sys.stdout.write(json.dumps({"said": said.getvalue(), "failed": failed}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
