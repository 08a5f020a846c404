'use strict';
// @confluentinc/schemaregistry.

const { AvroDeserializer, AvroSerializer, HeaderSchemaIdSerializer, SchemaRegistryClient, SerdeType } = require('@confluentinc/schemaregistry');

// It makes a schema up from the value unless it is told to take the latest one, so that is registered first; with the latest
// one it reads as well.
class Coder {
  constructor(registry, topic, one) {
    Object.assign(this, { client: new SchemaRegistryClient({ baseURLs: [registry] }), topic, one, made: {} });
  }

  async encode(half, value, headers) {
    const { schema, references } = this.one[half];
    if (!this.made[half]) {
      if (this.one.source !== 'latest') {
        await this.client.register(`${this.topic}-${half}`, { schema, schemaType: 'AVRO', references });
      }
      const settings = { autoRegisterSchemas: false, useLatestVersion: true };
      if (this.one.framing === 'header') {
        settings.schemaIdSerializer = HeaderSchemaIdSerializer;
      }
      this.made[half] = new AvroSerializer(this.client, half === 'key' ? SerdeType.KEY : SerdeType.VALUE, settings);
    }
    return this.made[half].serialize(this.topic, value, headers);
  }

  async decode(half, bytes, headers) {
    this.made[half] ||= new AvroDeserializer(this.client, half === 'key' ? SerdeType.KEY : SerdeType.VALUE, { useLatestVersion: true });
    return this.made[half].deserialize(this.topic, bytes, headers);
  }
}

module.exports = { Coder };
