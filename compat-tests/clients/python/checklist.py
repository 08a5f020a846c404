"""A client under test: every public method must be called and its answer compared; a method that is only called does not count."""

import asyncio
import inspect


class Checklist:
    """Wraps a client, blocking or asynchronous; counts checks and remembers which methods' answers were compared."""

    def __init__(self, name, client, exempt=()):
        self._name, self._client = name, client
        self._open = {method for method, member in inspect.getmembers(type(client), callable)
                      if not method.startswith("_") and method not in exempt}
        self.passed = self.failed = 0

    async def call(self, method, *arguments, **named):
        """Calls a method for its effect; an exception is a failure that ends the run of this client."""
        answer = getattr(self._client, method)(*arguments, **named)
        return await answer if inspect.isawaitable(answer) else answer

    async def expect(self, wanted, method, *arguments, **named):
        """Calls a method and compares its answer; `wanted` may be a function that says whether it is right."""
        answer = await self.call(method, *arguments, **named)
        self._open.discard(method)
        right = wanted(answer) if inspect.isfunction(wanted) else answer == wanted
        self.check(f"{method}{arguments}", right, f"got {answer!r}, want {wanted!r}")
        return answer

    async def refuse(self, code, method, *arguments, **named):
        """Calls a method that must fail with an error code of the registry."""
        try:
            answer = await self.call(method, *arguments, **named)
        except Exception as error:  # each client has exceptions of its own
            codes = [getattr(error, name, None) for name in ("error_code", "http_code")]
            self.check(f"{method}{arguments}", code in codes, f"error {code} wanted, got {error!r} {codes}")
        else:
            self.check(f"{method}{arguments}", False, f"error {code} wanted, got {answer!r}")

    def check(self, what, right, problem):
        if right:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL {self._name}: {what}: {problem}")

    def finish(self):
        for method in sorted(self._open):
            self.check(method, False, "no answer of this public method was compared")


async def run(name, client, specification, exempt=()):
    """Runs a specification on a client; returns (passed, failed)."""
    checklist = Checklist(name, client, exempt)
    try:
        await specification(checklist)
        checklist.finish()
    except Exception as error:
        checklist.check("the specification", False, f"stopped by {type(error).__name__}: {error}")
    print(f"{name}: {checklist.passed} ok, {checklist.failed} failed")
    return checklist.passed, checklist.failed


def main(runs):
    """Runs several clients and prints the sum."""

    async def every():
        return [await one for one in runs]

    results = asyncio.run(every())
    passed, failed = (sum(column) for column in zip(*results))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
