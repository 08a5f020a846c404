"""Lists of tests that are known to fail, each with the reason: they only ever get shorter.

A line is `name: reason`; `#` begins a comment.
"""


class Pending:
    """One such list, and how the names on it fared."""

    def __init__(self, path):
        self.path = path
        self._reasons = {}
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                name, _, reason = line.partition(": ")
                self._reasons[name.strip()] = reason.strip()
        self._met = set()
        self.failures = 0

    def lists(self, name):
        """Whether a test is known to fail."""
        return name in self._reasons

    def judge(self, tally, name, problem, where):
        """Counts one test: it must pass if it is not listed, and fail if it is. `where` tells runs of it apart."""
        if name not in self._reasons:
            tally.check(f"{where}: {name}", problem)
            return
        self._met.add(name)
        if problem:
            self.failures += 1
        else:
            tally.check(f"{where}: {name}", f"it passes: take it off {self.path.name}")

    def finish(self, tally):
        """Fails for entries that no test has."""
        for name in sorted(set(self._reasons) - self._met):
            tally.check(name, f"{self.path.name} lists it, but no test has that name")
        if self.failures:
            print(f"   {self.failures} known failures, not counted: {self.path.name} has the reasons")
