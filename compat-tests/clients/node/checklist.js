'use strict';
// A client under test: every public method must be called, and what it answers is compared.

const { isDeepStrictEqual, inspect } = require('node:util');

class Checklist {
  /** `internal` names methods that the client's own types call private: JavaScript has no other mark of it. */
  constructor(client, internal = []) {
    this.client = client;
    this.open = new Set(Object.getOwnPropertyNames(Object.getPrototypeOf(client))
      .filter((name) => name !== 'constructor' && !name.startsWith('_') && typeof client[name] === 'function' && !internal.includes(name)));
    this.passed = 0;
    this.failed = 0;
  }

  async call(method, ...args) {
    this.open.delete(method);
    return this.client[method](...args);
  }

  /** Calls a method and compares its answer; `wanted` may be a function that says whether it is right. */
  async expect(wanted, method, ...args) {
    const answer = await this.call(method, ...args);
    const right = typeof wanted === 'function' ? wanted(answer) : isDeepStrictEqual(answer, wanted);
    this.check(`${method}(${inspect(args)})`, right, `got ${inspect(answer)}, want ${wanted}`);
    return answer;
  }

  /** Calls a method that must fail; `code` is the registry's error code, or the HTTP status. */
  async refuse(code, method, ...args) {
    try {
      this.check(method, false, `error ${code} wanted, got ${inspect(await this.call(method, ...args))}`);
    } catch (error) {
      const found = [error.errorCode, error.status, error.response && error.response.status];
      this.check(method, found.includes(code), `error ${code} wanted, got ${error} (${found})`);
    }
  }

  check(what, right, problem) {
    if (right) {
      this.passed += 1;
    } else {
      this.failed += 1;
      console.log(`FAIL ${what}: ${problem}`);
    }
  }

  finish() {
    for (const method of this.open) this.check(method, false, 'this public method was not called');
  }
}

/** Runs a specification on a client, prints the count and ends the process. */
async function run(client, specification, internal) {
  const checks = new Checklist(client, internal);
  try {
    await specification(checks);
    checks.finish();
  } catch (error) {
    checks.check('the specification', false, `stopped by ${error.stack}`);
  }
  console.log(`${checks.passed} passed, ${checks.failed} failed`);
  process.exit(checks.failed ? 1 : 0);
}

module.exports = { run };
