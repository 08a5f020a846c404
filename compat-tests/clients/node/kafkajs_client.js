'use strict';
// kafkajs_client.js URL: every public method of @kafkajs/confluent-schema-registry.

const { randomUUID } = require('node:crypto');
const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry');
const { run } = require('./checklist');

// Private in the client's type declarations.
const INTERNAL = ['isConfluentSchema', 'getConfluentSchema', 'updateOptionsWithSchemaReferences', 'asProtocolOptions',
  'getreferencedSchemas', 'getreferencedSchemasRecursive', 'collectInvalidPaths', 'getSchemaOriginRequest'];

const user = { type: 'record', name: 'User', namespace: 'app', fields: [{ name: 'name', type: 'string' }] };
const avro = (schema) => ({ type: SchemaType.AVRO, schema: JSON.stringify(schema) });
const client = new SchemaRegistry({ host: process.argv[2], retry: { retries: 0 } });

async function specification(checks) {
  const prefix = randomUUID().slice(0, 8);
  const subject = `${prefix}-user-value`;
  const { id } = await checks.expect((made) => made.id > 0, 'register', avro(user), { subject });
  await checks.expect((made) => made.id === id, 'register', avro(user), { subject });
  await checks.refuse(409, 'register', avro({ ...user, fields: [...user.fields, { name: 'age', type: 'int' }] }), { subject });
  await checks.expect((schema) => schema.name === 'app.User', 'getSchema', id);
  await checks.refuse(404, 'getSchema', 2000000000);
  await checks.expect(id, 'getRegistryId', subject, 1);
  await checks.expect(id, 'getLatestSchemaId', subject);
  await checks.expect(id, 'getRegistryIdBySchema', subject, avro(user));

  const bytes = await checks.expect((message) => message[0] === 0 && message.readInt32BE(1) === id, 'encode', id, { name: 'Ada' });
  await checks.expect((value) => value.name === 'Ada', 'decode', bytes);

  const reference = { name: 'app.User', subject, version: 1 };
  const team = { ...avro({ type: 'record', name: 'Team', fields: [{ name: 'lead', type: 'app.User' }] }), references: [reference] };
  const made = await checks.call('register', team, { subject: `${prefix}-team-value` });
  const message = await checks.call('encode', made.id, { lead: { name: 'Ada' } });
  await checks.expect((value) => value.lead.name === 'Ada', 'decode', message);
  const helper = { getReferences: () => [], toConfluentSchema: (found) => ({ type: SchemaType.AVRO, schema: found.schema }) };
  await checks.expect((schemas) => schemas.length === 1 && JSON.parse(schemas[0].schema).name === 'User',
    'getreferencedSchemasFromReference', reference, helper, new Set());
}

run(client, specification, INTERNAL);
