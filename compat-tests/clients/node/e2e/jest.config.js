'use strict';
// Runs the end-to-end specification that ships inside @confluentinc/schemaregistry against our server and our broker.
// Its addresses are fixed in the package; two modules are put in their place. The package's own Kafka client is a native
// addon that downloads itself from outside the registry, so the specification's calls go to kafkajs.

const path = require('node:path');

const root = path.join(process.env.NODE_CLIENTS, 'node_modules');

module.exports = {
  rootDir: path.join(root, '@confluentinc', 'schemaregistry', 'dist'),
  roots: ['<rootDir>/e2e'],
  testMatch: ['client', 'avro', 'json'].map((part) => `**/schemaregistry-${part}.spec.js`),
  testPathIgnorePatterns: [],
  haste: { retainAllFiles: true },
  transform: {},
  moduleNameMapper: {
    'test/test-constants$': path.join(__dirname, 'constants.js'),
    '^@confluentinc/kafka-javascript$': path.join(__dirname, 'kafka.js'),
  },
  modulePaths: [root],
};
