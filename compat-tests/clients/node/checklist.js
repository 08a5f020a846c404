'use strict';
// A client under test: every public method must be called and its answer compared; a method that is only called does not count.

const { isDeepStrictEqual, inspect } = require('node:util');

/** The methods of an object, inherited ones too. */
function methods(object) {
  const names = [];
  for (let kind = Object.getPrototypeOf(object); kind !== Object.prototype; kind = Object.getPrototypeOf(kind)) {
    names.push(...Object.getOwnPropertyNames(kind).filter((name) => name !== 'constructor' && typeof object[name] === 'function'));
  }
  return names;
}

class Checklist {
  /** `internal` names methods that the client's own types call private: JavaScript has no other mark of it. */
  constructor(client, internal = []) {
    this.client = client;
    this.open = new Set(methods(client).filter((name) => !name.startsWith('_') && !internal.includes(name)));
    this.passed = 0;
    this.failed = 0;
  }

  /** Calls a method for its effect. */
  async call(method, ...args) {
    return this.client[method](...args);
  }

  /** Calls a method and compares its answer; `wanted` may be a function that says whether it is right. */
  async expect(wanted, method, ...args) {
    const answer = await this.call(method, ...args);
    this.open.delete(method);
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
    for (const method of this.open) this.check(method, false, 'no answer of this public method was compared');
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
