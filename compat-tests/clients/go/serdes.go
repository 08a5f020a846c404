package main

import (
	"fmt"
	"reflect"

	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde/avrov2"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde/jsonschema"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde/protobuf"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

type order struct {
	Name  string  `avro:"name" json:"name"`
	Total float64 `avro:"total" json:"total"`
}

// serdes writes and reads a value with each of confluent-kafka-go's serializers: the schema in the prefix of the message,
// in its header, and as the latest one.
func serdes(list *checklist, client schemaregistry.Client, prefix string) {
	topic := prefix + "-serde"
	for _, one := range []struct {
		name string
		run  func(client schemaregistry.Client, topic string) error
	}{
		{"avrov2", avroSerde},
		{"avrov2 with the id in a header", avroHeaderSerde},
		{"avrov2 with the latest version", avroLatestSerde},
		{"jsonschema", jsonSerde},
		{"protobuf", protobufSerde},
	} {
		err := one.run(client, topic)
		list.check("serde "+one.name, err == nil, fmt.Sprint(err))
	}
}

func avroSerde(client schemaregistry.Client, topic string) error {
	serializer, err := avrov2.NewSerializer(client, serde.ValueSerde, avrov2.NewSerializerConfig())
	if err != nil {
		return err
	}
	sent := order{Name: "pen", Total: 2.5}
	bytes, err := serializer.Serialize(topic+"-avro", &sent)
	if err != nil {
		return err
	}
	if bytes[0] != serde.MagicByteV0 {
		return fmt.Errorf("the message begins with %d", bytes[0])
	}
	return avroRead(client, topic+"-avro", sent, bytes)
}

func avroLatestSerde(client schemaregistry.Client, topic string) error {
	config := avrov2.NewSerializerConfig()
	config.AutoRegisterSchemas, config.UseLatestVersion = false, true
	serializer, err := avrov2.NewSerializer(client, serde.ValueSerde, config)
	if err != nil {
		return err
	}
	sent := order{Name: "ink", Total: 4}
	bytes, err := serializer.Serialize(topic+"-avro", &sent)
	if err != nil {
		return err
	}
	return avroRead(client, topic+"-avro", sent, bytes)
}

func avroRead(client schemaregistry.Client, topic string, sent order, bytes []byte) error {
	deserializer, err := avrov2.NewDeserializer(client, serde.ValueSerde, avrov2.NewDeserializerConfig())
	if err != nil {
		return err
	}
	var read order
	if err := deserializer.DeserializeInto(topic, bytes, &read); err != nil {
		return err
	}
	return different(read, sent)
}

func avroHeaderSerde(client schemaregistry.Client, topic string) error {
	config := avrov2.NewSerializerConfig()
	serializer, err := avrov2.NewSerializer(client, serde.ValueSerde, config)
	if err != nil {
		return err
	}
	serializer.SchemaIDSerializer = serde.HeaderSchemaIDSerializer
	deserializer, err := avrov2.NewDeserializer(client, serde.ValueSerde, avrov2.NewDeserializerConfig())
	if err != nil {
		return err
	}
	sent := order{Name: "cup", Total: 1}
	headers, bytes, err := serializer.SerializeWithHeaders(topic+"-header", &sent)
	if err != nil {
		return err
	}
	if len(headers) != 1 || len(headers[0].Value) != 17 || headers[0].Value[0] != serde.MagicByteV1 {
		return fmt.Errorf("the headers are %v", headers)
	}
	var read order
	if err := deserializer.DeserializeWithHeadersInto(topic+"-header", headers, bytes, &read); err != nil {
		return err
	}
	return different(read, sent)
}

func jsonSerde(client schemaregistry.Client, topic string) error {
	config := jsonschema.NewSerializerConfig()
	config.EnableValidation = true
	serializer, err := jsonschema.NewSerializer(client, serde.ValueSerde, config)
	if err != nil {
		return err
	}
	deserializer, err := jsonschema.NewDeserializer(client, serde.ValueSerde, jsonschema.NewDeserializerConfig())
	if err != nil {
		return err
	}
	sent := order{Name: "box", Total: 7.25}
	bytes, err := serializer.Serialize(topic+"-json", &sent)
	if err != nil {
		return err
	}
	var read order
	if err := deserializer.DeserializeInto(topic+"-json", bytes, &read); err != nil {
		return err
	}
	return different(read, sent)
}

// A message whose file imports another one of ours and a well-known one: the serializer registers the first under its name.
func protobufSerde(client schemaregistry.Client, topic string) error {
	sent, err := shipment(topic)
	if err != nil {
		return err
	}
	serializer, err := protobuf.NewSerializer(client, serde.ValueSerde, protobuf.NewSerializerConfig())
	if err != nil {
		return err
	}
	bytes, err := serializer.Serialize(topic+"-protobuf", sent)
	if err != nil {
		return err
	}
	deserializer, err := protobuf.NewDeserializer(client, serde.ValueSerde, protobuf.NewDeserializerConfig())
	if err != nil {
		return err
	}
	read := dynamicpb.NewMessage(sent.ProtoReflect().Descriptor())
	if err := deserializer.DeserializeInto(topic+"-protobuf", bytes, read); err != nil {
		return err
	}
	if !proto.Equal(read, sent) {
		return fmt.Errorf("read %v, sent %v", read, sent)
	}
	return nil
}

// shipment is a message of a type made here: compiling one would need protoc.
func shipment(topic string) (proto.Message, error) {
	field := func(name string, number int32, kind descriptorpb.FieldDescriptorProto_Type, named string) *descriptorpb.FieldDescriptorProto {
		made := &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Type: kind.Enum(), JsonName: &name,
			Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()}
		if named != "" {
			made.TypeName = &named
		}
		return made
	}
	file := func(name string, imports []string, message string, fields ...*descriptorpb.FieldDescriptorProto) *descriptorpb.FileDescriptorProto {
		return &descriptorpb.FileDescriptorProto{Name: proto.String(name), Package: proto.String("shop"), Syntax: proto.String("proto3"),
			Dependency: imports, MessageType: []*descriptorpb.DescriptorProto{{Name: &message, Field: fields}}}
	}
	text, message := descriptorpb.FieldDescriptorProto_TYPE_STRING, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE
	address := file(topic+"/address.proto", nil, "Address", field("street", 1, text, ""))
	shipped := file(topic+"/shipment.proto", []string{topic + "/address.proto", "google/protobuf/timestamp.proto"}, "Shipment",
		field("order", 1, text, ""), field("to", 2, message, ".shop.Address"), field("at", 3, message, ".google.protobuf.Timestamp"))
	var made protoreflect.FileDescriptor
	for _, one := range []*descriptorpb.FileDescriptorProto{address, shipped} {
		var err error
		if made, err = protodesc.NewFile(one, protoregistry.GlobalFiles); err != nil {
			return nil, err
		}
		if err := protoregistry.GlobalFiles.RegisterFile(made); err != nil {
			return nil, err
		}
	}
	filled := dynamicpb.NewMessage(made.Messages().ByName("Shipment"))
	fields := filled.Descriptor().Fields()
	filled.Set(fields.ByName("order"), protoreflect.ValueOfString("7"))
	to := filled.Mutable(fields.ByName("to")).Message()
	to.Set(to.Descriptor().Fields().ByName("street"), protoreflect.ValueOfString("Main"))
	filled.Set(fields.ByName("at"), protoreflect.ValueOfMessage((&timestamppb.Timestamp{Seconds: 5}).ProtoReflect()))
	return filled, nil
}

func different(read, sent order) error {
	if !reflect.DeepEqual(read, sent) {
		return fmt.Errorf("read %v, sent %v", read, sent)
	}
	return nil
}
