package main

import (
	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde/avrov2"
)

// confluent is confluent-kafka-go's Avro serde. It makes a schema up from a value's type unless it is told to take the latest one, so
// that is registered first; with the latest one it reads as well.
type confluent struct {
	topic         string
	serializers   map[bool]*avrov2.Serializer
	deserializers map[bool]*avrov2.Deserializer
	client        schemaregistry.Client
	one           oneCase
}

func newConfluent(registry, topic string, one oneCase) (coder, error) {
	client, err := schemaregistry.NewClient(schemaregistry.NewConfig(registry))
	return &confluent{topic, map[bool]*avrov2.Serializer{}, map[bool]*avrov2.Deserializer{}, client, one}, err
}

func (c *confluent) encode(isKey bool, value any) ([]byte, []kafka.Header, error) {
	if c.serializers[isKey] == nil {
		half, kind, subject := c.one.Value, serde.ValueSerde, c.topic+"-value"
		if isKey {
			half, kind, subject = c.one.Key, serde.KeySerde, c.topic+"-key"
		}
		if c.one.Source != "latest" {
			if _, err := c.client.Register(subject, schemaregistry.SchemaInfo{Schema: half.Schema}, false); err != nil {
				return nil, nil, err
			}
		}
		config := avrov2.NewSerializerConfig()
		config.AutoRegisterSchemas, config.UseLatestVersion = false, true
		serializer, err := avrov2.NewSerializer(c.client, kind, config)
		if err != nil {
			return nil, nil, err
		}
		if c.one.Framing == "header" {
			serializer.SchemaIDSerializer = serde.HeaderSchemaIDSerializer
		}
		c.serializers[isKey] = serializer
	}
	headers, data, err := c.serializers[isKey].SerializeWithHeaders(c.topic, &value)
	return data, headers, err
}

func (c *confluent) decode(isKey bool, headers []kafka.Header, message []byte) (any, error) {
	if c.deserializers[isKey] == nil {
		kind := serde.ValueSerde
		if isKey {
			kind = serde.KeySerde
		}
		config := avrov2.NewDeserializerConfig()
		config.UseLatestVersion = true
		deserializer, err := avrov2.NewDeserializer(c.client, kind, config)
		if err != nil {
			return nil, err
		}
		c.deserializers[isKey] = deserializer
	}
	var value any
	err := c.deserializers[isKey].DeserializeWithHeadersInto(c.topic, headers, message, &value)
	return value, err
}
