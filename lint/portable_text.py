"""No file names the machine it was written on, or where packages were fetched from.

A path below somebody's home works nowhere else. Where packages come from is for whoever installs
them to say; a lock that names a host would override a company's own mirror.
"""

import re
from collections.abc import Iterator

from lint.source import Finding, Source

# A path begins after nothing that could make it part of a URL or of a longer path.
PATH = re.compile(r"(?<![\w.~$})/-])/(?:work|root|home/\w+|Users/\w+)(?=/\w)")
HOST = re.compile(
    r"(?<!\w)(?:pypi\.org|files\.pythonhosted\.org|pypi\.python\.org|conda\.anaconda\.org"
    r"|registry\.npmjs\.org|--(?:extra-)?index-url[\s=]+\S)"
)


def find(source: Source) -> Iterator[Finding]:
    """Lines with a path of one machine or a package registry."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if PATH.search(line):
            yield Finding(number, "a path of one machine; say it relative to the repository")
        if HOST.search(line):
            yield Finding(number, "a package registry's host; leave it to whoever installs")
