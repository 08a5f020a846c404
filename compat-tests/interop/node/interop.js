'use strict';
// interop.js (confluent|kafkajs) (write|read) BROKERS REGISTRY PLAN WRITER: the messages of each case through
// @confluentinc/schemaregistry or @kafkajs/confluent-schema-registry.

const fs = require('node:fs');
const avsc = require('avsc');
const { Kafka, logLevel } = require('kafkajs');

const [make, command, brokers, registry, planFile, writer] = process.argv.slice(2);
const { Coder } = require(`./${make}.js`);
const topicOf = (one) => `${writer}-${one.name}`;

// A schema as the library under both clients has it: a union is wrapped where its branches cannot be told apart.
function typeOf(half) {
  const options = { registry: {}, wrapUnions: 'auto' };
  for (const reference of half.references) {
    avsc.Type.forSchema(JSON.parse(reference.schema), options);
  }
  return avsc.Type.forSchema(JSON.parse(half.schema), options);
}

// What JSON in Avro's encoding stands for.
function native(type, json) {
  switch (type.typeName) {
    case 'record':
      return Object.fromEntries(type.fields.map((field) => [field.name, native(field.type, json[field.name])]));
    case 'array':
      return json.map((item) => native(type.itemsType, item));
    case 'map':
      return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, native(type.valuesType, item)]));
    case 'union:wrapped':
    case 'union:unwrapped': {
      if (json === null) {
        return null;
      }
      const [name, inner] = Object.entries(json)[0];
      const value = native(type.types.find((branch) => (branch.branchName || branch.name) === name), inner);
      return type.typeName === 'union:wrapped' ? { [name]: value } : value;
    }
    case 'bytes':
    case 'fixed':
      return Buffer.from(json, 'latin1');
    case 'float':
    case 'double':
      return Number(json);
    default:
      return json;
  }
}

// What was read, as plain JSON.
function plain(value) {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  }
  if (Buffer.isBuffer(value)) {
    return value.toString('latin1');
  }
  if (typeof value.unwrap === 'function') {
    return plain(Object.values(value)[0]);
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function write(kafka, plan) {
  const producer = kafka.producer();
  await producer.connect();
  for (const one of plan) {
    try {
      const coder = new Coder(registry, topicOf(one), one);
      const types = { key: typeOf(one.key), value: typeOf(one.value) };
      const messages = [];
      for (const message of one.messages) {
        const record = { headers: {} };
        for (const half of ['key', 'value']) {
          const json = message[half];
          record[half] = json === null ? null : await coder.encode(half, native(types[half], json), record.headers);
        }
        messages.push(record);
      }
      await producer.send({ topic: topicOf(one), messages });
    } catch (error) {
      print({ case: one.name, error: String(error) });
    }
  }
  await producer.disconnect();
}

async function read(kafka, plan) {
  const found = await records(kafka, plan);
  for (const one of plan) {
    const coder = new Coder(registry, topicOf(one), one);
    for (const [index, record] of (found[topicOf(one)] || []).entries()) {
      const line = { case: one.name, index };
      try {
        for (const half of ['key', 'value']) {
          line[half] = record[half] === null ? null : plain(await coder.decode(half, record[half], record.headers));
        }
      } catch (error) {
        line.error = String(error);
      }
      print(line);
    }
  }
}

async function records(kafka, plan) {
  const consumer = kafka.consumer({ groupId: `interop-node-${make}-${writer}` });
  await consumer.connect();
  await consumer.subscribe({ topics: plan.map(topicOf), fromBeginning: true });
  let left = plan.reduce((sum, one) => sum + one.messages.length, 0);
  const found = {};
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`${left} records are missing`)), 60_000).unref();
    consumer.run({
      eachMessage: async ({ topic, message }) => {
        (found[topic] ||= []).push(message);
        left -= 1;
        if (left === 0) {
          resolve();
        }
      },
    }).catch(reject);
  });
  await consumer.disconnect();
  return found;
}

const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING });
const plan = JSON.parse(fs.readFileSync(planFile, 'utf8'));
(command === 'write' ? write : read)(kafka, plan).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
