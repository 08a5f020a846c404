package main

import (
	"context"
	"errors"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
	"github.com/hamba/avro/v2"
	"github.com/twmb/franz-go/pkg/sr"
)

// franz is franz-go's registry client and framing, with hamba/avro for the data.
type franz struct {
	topic  string
	client *sr.Client
	one    oneCase
	serde  map[bool]*sr.Serde
	known  map[int]bool
}

// A datum is any value: the serde finds what to do by its type.
type datum struct{ value any }

func newFranz(registry, topic string, one oneCase) (coder, error) {
	client, err := sr.NewClient(sr.URLs(registry))
	return &franz{topic, client, one, map[bool]*sr.Serde{true: {}, false: {}}, map[int]bool{}}, err
}

func (f *franz) half(isKey bool) (half, string) {
	if isKey {
		return f.one.Key, f.topic + "-key"
	}
	return f.one.Value, f.topic + "-value"
}

func (f *franz) encode(isKey bool, value any) ([]byte, []kafka.Header, error) {
	if f.one.Framing == "header" {
		return nil, nil, errors.New("this client knows no schema in a header")
	}
	half, subject := f.half(isKey)
	var found sr.SubjectSchema
	var err error
	if f.one.Source == "latest" {
		found, err = f.client.SchemaByVersion(context.Background(), subject, -1)
	} else {
		found, err = f.client.CreateSchema(context.Background(), subject, sr.Schema{Schema: half.Schema})
	}
	if err != nil {
		return nil, nil, err
	}
	schema, err := half.parse()
	if err != nil {
		return nil, nil, err
	}
	f.register(isKey, found.ID, schema)
	data, err := f.serde[isKey].Encode(datum{value})
	return data, nil, err
}

func (f *franz) register(isKey bool, id int, schema avro.Schema) {
	f.serde[isKey].Register(id, datum{},
		sr.EncodeFn(func(value any) ([]byte, error) { return avro.Marshal(schema, value.(datum).value) }),
		sr.DecodeFn(func(data []byte, into any) error { return avro.Unmarshal(schema, data, &into.(*datum).value) }))
}

func (f *franz) decode(isKey bool, _ []kafka.Header, message []byte) (any, error) {
	id, _, err := f.serde[isKey].DecodeID(message)
	if err != nil {
		return nil, err
	}
	if !f.known[id] {
		schema, err := f.writer(id)
		if err != nil {
			return nil, err
		}
		if half, _ := f.half(isKey); half.Reader != nil {
			reader, err := half.readerSchema()
			if err != nil {
				return nil, err
			}
			if schema, err = avro.NewSchemaCompatibility().Resolve(reader, schema); err != nil {
				return nil, err
			}
		}
		f.register(isKey, id, schema)
		f.known[id] = true
	}
	var read datum
	err = f.serde[isKey].Decode(message, &read)
	return read.value, err
}

// writer is the schema of an id, with those that it refers to.
func (f *franz) writer(id int) (avro.Schema, error) {
	found, err := f.client.SchemaByID(context.Background(), id)
	if err != nil {
		return nil, err
	}
	cache := &avro.SchemaCache{}
	for _, reference := range found.References {
		other, err := f.client.SchemaByVersion(context.Background(), reference.Subject, reference.Version)
		if err != nil {
			return nil, err
		}
		if _, err := avro.ParseWithCache(other.Schema.Schema, "", cache); err != nil {
			return nil, err
		}
	}
	return avro.ParseWithCache(found.Schema, "", cache)
}
