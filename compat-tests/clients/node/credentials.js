'use strict';
// credentials.js URL NAME PASSWORD TOKEN: each source of credentials of @confluentinc/schemaregistry, right and wrong.

const { SchemaRegistryClient } = require('@confluentinc/schemaregistry');

const [url, name, password, token] = process.argv.slice(2);
const basic = (source, more) => ({ basicAuthCredentials: { credentialsSource: source, ...more } });
const bearer = (text) => ({
  bearerAuthCredentials: { credentialsSource: 'STATIC_TOKEN', token: text, logicalCluster: 'lsrc-1', identityPoolId: 'pool-1' },
});
const sasl = { sslProtocol: 'SASL_PLAINTEXT', mechanism: 'PLAIN', username: name, password };
const withUser = url.replace('http://', `http://${name}:${password}@`);

const cases = [
  ['USER_INFO', url, basic('USER_INFO', { userInfo: `${name}:${password}` }), 200],
  // This client has the URL with the name and the password in the place of these.
  ['URL', url, basic('URL', { userInfo: withUser }), 200],
  ['SASL_INHERIT', url, basic('SASL_INHERIT', { sasl }), 200],
  ['STATIC_TOKEN', url, bearer(token), 200],
  ['a wrong password', url, basic('USER_INFO', { userInfo: `${name}:wrong` }), 401],
  ['a wrong token', url, bearer('srt_wrong'), 401],
  ['nothing', url, {}, 401],
];

/** What a client with these settings is told: 200, or the status of the error. */
async function asked(address, settings) {
  try {
    await new SchemaRegistryClient({ baseURLs: [address], maxRetries: 0, ...settings }).getAllSubjects();
    return 200;
  } catch (error) {
    return error.status === error.errorCode ? error.status : String(error);
  }
}

async function main() {
  let failed = 0;
  for (const [what, address, settings, wanted] of cases) {
    const told = await asked(address, settings);
    if (told !== wanted) {
      failed += 1;
      console.log(`FAIL ${what}: ${wanted} wanted, got ${told}`);
    }
  }
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main();
