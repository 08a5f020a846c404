'use strict';
// confluent_client.js URL: every public method of @confluentinc/schemaregistry's SchemaRegistryClient, and its Avro serde.

const { randomUUID } = require('node:crypto');
const { AvroDeserializer, AvroSerializer, SchemaRegistryClient, SerdeType } = require('@confluentinc/schemaregistry');
const { run } = require('./checklist');

// One name for each run: the same text may be registered by other clients of this server.
const user = `User_${randomUUID().slice(0, 8)}`;
const record = (...fields) => JSON.stringify({ type: 'record', name: user, fields });
const name = { name: 'name', type: 'string' };
const v1 = { schema: record(name), schemaType: 'AVRO' };
const v2 = { schema: record(name, { name: 'email', type: 'string', default: '' }), schemaType: 'AVRO' };
const broken = { schema: record(name, { name: 'age', type: 'int' }), schemaType: 'AVRO' };

const url = process.argv[2];
const client = new SchemaRegistryClient({ baseURLs: [url] });

async function specification(checks) {
  const prefix = randomUUID().slice(0, 8);
  const subject = `${prefix}-user-value`;
  await checks.expect((config) => config.baseURLs[0] === url, 'config');

  const first = await checks.expect((id) => id > 0, 'register', subject, v1);
  const full = await checks.expect((made) => made.version === 2 && made.id > first && made.guid.length === 36, 'registerFullResponse', subject, v2);
  await checks.refuse(40901, 'register', subject, broken);
  await checks.refuse(42201, 'register', subject, { schema: '{"type":"nothing"}' });
  await checks.expect((found) => found.schema === v1.schema, 'getBySubjectAndId', subject, first);
  await checks.refuse(40403, 'getBySubjectAndId', subject, 2000000000);
  await checks.expect((found) => found.schema === v2.schema, 'getByGuid', full.guid);
  await checks.expect(undefined, 'clearCaches');
  await checks.expect(first, 'getId', subject, v1);
  await checks.expect((found) => found.id === full.id, 'getIdFullResponse', subject, v2);
  await checks.expect((found) => found.version === 2 && found.id === full.id, 'getLatestSchemaMetadata', subject);
  await checks.expect((found) => found.version === 1 && found.schema === v1.schema, 'getSchemaMetadata', subject, 1);
  await checks.refuse(40402, 'getSchemaMetadata', subject, 9);
  await checks.refuse(40401, 'getLatestSchemaMetadata', `${prefix}-nobody`);
  const tagged = { ...v1, metadata: { properties: { owner: 'team', mail: 'a@b' } } };
  await checks.call('register', `${prefix}-tagged`, tagged);
  await checks.expect((found) => found.version === 1 && found.metadata.properties.owner === 'team',
    'getLatestWithMetadata', `${prefix}-tagged`, { owner: 'team', mail: 'a@b' });
  await checks.expect([1, 2], 'getAllVersions', subject);
  await checks.expect(2, 'getVersion', subject, v2);
  await checks.expect((subjects) => subjects.includes(subject), 'getAllSubjects');

  await checks.expect(true, 'testSubjectCompatibility', subject, v2);
  await checks.expect(false, 'testSubjectCompatibility', subject, broken);
  await checks.expect(false, 'testCompatibility', subject, 1, broken);
  await checks.refuse(40408, 'getCompatibility', subject);
  await checks.expect('FULL', 'updateCompatibility', subject, 'FULL');
  await checks.expect('FULL', 'getCompatibility', subject);
  await checks.expect('BACKWARD', 'getDefaultCompatibility');
  await checks.expect('BACKWARD', 'updateDefaultCompatibility', 'BACKWARD');
  await checks.expect((config) => config.compatibility === 'NONE' && config.normalize === true,
    'updateConfig', subject, { compatibility: 'NONE', normalize: true });
  await checks.expect((config) => config.compatibilityLevel === 'NONE' && config.normalize === true, 'getConfig', subject);
  await checks.expect((config) => config.compatibilityLevel === 'BACKWARD', 'getDefaultConfig');
  await checks.expect((config) => config.compatibility === 'BACKWARD', 'updateDefaultConfig', { compatibility: 'BACKWARD' });

  await associations(checks, prefix, subject);
  await serde(checks, prefix);
  await caches(checks, prefix, first);

  await checks.expect(1, 'deleteSubjectVersion', subject, 1);
  await checks.expect([2], 'getAllVersions', subject);
  await checks.expect(1, 'deleteSubjectVersion', subject, 1, true);
  await checks.expect([2], 'deleteSubject', subject);
  await checks.expect([2], 'deleteSubject', subject, true);
  await checks.expect(undefined, 'clearLatestCaches');
  await checks.expect(undefined, 'close');
}

async function associations(checks, prefix, subject) {
  const topic = `${prefix}-topic`;
  const id = randomUUID();
  await checks.expect([], 'getAssociationsByResourceName', topic, '-', 'topic', ['value'], null, 0, -1);
  await checks.expect((made) => made.resourceId === id && made.associations[0].subject === subject, 'createAssociation', {
    resourceName: topic, resourceNamespace: 'cluster', resourceId: id, resourceType: 'topic',
    associations: [{ subject, associationType: 'value', lifecycle: 'WEAK' }],
  });
  await checks.expect((found) => found.length === 1 && found[0].subject === subject && found[0].resourceId === id,
    'getAssociationsByResourceName', topic, 'cluster', 'topic', ['value'], null, 0, -1);
  await checks.expect(undefined, 'deleteAssociations', id, 'topic', ['value'], false);
  await checks.expect([], 'getAssociationsByResourceName', topic, 'cluster', 'topic', ['value'], null, 0, -1);
}

async function serde(checks, prefix) {
  const topic = `${prefix}-serde`;
  const value = { name: 'Ada', email: 'ada@example' };
  await checks.call('register', `${topic}-value`, v2);
  const serializer = new AvroSerializer(checks.client, SerdeType.VALUE, { useLatestVersion: true });
  const deserializer = new AvroDeserializer(checks.client, SerdeType.VALUE, {});
  const bytes = await serializer.serialize(topic, value);
  const back = await deserializer.deserialize(topic, bytes);
  checks.check('serialize and deserialize', bytes[0] === 0 && back.name === value.name && back.email === value.email, JSON.stringify(back));
}

// Public in JavaScript, meant for the client's own mocks: they only touch its caches.
async function caches(checks, prefix, id) {
  const other = `${prefix}-cached`;
  const metadata = { ...v1, id, version: 1, subject: other };
  await checks.expect(undefined, 'addToInfoToSchemaCache', other, v1, metadata);
  await checks.expect(undefined, 'addToSchemaToVersionCache', other, v1, 1);
  await checks.expect(undefined, 'addToVersionToSchemaCache', other, 1, metadata);
  await checks.expect(undefined, 'addToIdToSchemaInfoCache', other, id, v1);
  await checks.expect(undefined, 'addToGuidToSchemaInfoCache', randomUUID(), v1);
  for (const cache of ['InfoToSchema', 'SchemaToVersion', 'VersionToSchema', 'IdToSchemaInfo', 'GuidToSchemaInfo']) {
    await checks.expect((size) => size > 0, `get${cache}CacheSize`);
  }
}

run(client, specification);
