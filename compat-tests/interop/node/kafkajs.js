'use strict';
// @kafkajs/confluent-schema-registry.

const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry');

class Coder {
  constructor(registry, topic, one) {
    Object.assign(this, { client: new SchemaRegistry({ host: registry }), registry, topic, one, ids: {} });
  }

  async encode(half, value) {
    if (this.one.framing === 'header') {
      throw new Error('this client knows no schema in a header');
    }
    const subject = `${this.topic}-${half}`;
    this.ids[half] ??= this.one.source === 'latest' ? await this.client.getLatestSchemaId(subject) : await this.register(half, subject);
    return this.client.encode(this.ids[half], value);
  }

  async register(half, subject) {
    const { schema } = this.one[half];
    if (JSON.parse(schema).name) {
      return (await this.client.register({ type: SchemaType.AVRO, schema }, { subject })).id;
    }
    // It registers schemas with a name only, but writes with any.
    const headers = { 'Content-Type': 'application/vnd.schemaregistry.v1+json' };
    const url = `${this.registry}/subjects/${subject}/versions`;
    return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ schema }) })).json()).id;
  }

  async decode(half, bytes) {
    const { reader } = this.one[half];
    const options = reader ? { [SchemaType.AVRO]: { readerSchema: JSON.parse(reader.schema) } } : undefined;
    return this.client.decode(bytes, options);
  }
}

module.exports = { Coder };
