// interop (confluent|franz) (write|read) BROKERS REGISTRY PLAN WRITER: the messages of each case through confluent-kafka-go's Avro
// serde, or franz-go's registry client with hamba/avro. compat-tests/interop/README.md says what such a program does.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

type half struct {
	Schema     string
	Reader     *struct{ Schema string }
	References []struct{ Name, Subject, Schema string }
}

type oneCase struct {
	Name, Framing, Source string
	Key, Value            half
	Messages              []struct{ Key, Value any }
}

// A coder writes and reads the halves of the records of one topic.
type coder interface {
	encode(isKey bool, value any) ([]byte, []kafka.Header, error)
	decode(isKey bool, headers []kafka.Header, message []byte) (any, error)
}

func main() {
	if len(os.Args) != 7 {
		fail(fmt.Errorf("usage: interop (confluent|franz) (write|read) BROKERS REGISTRY PLAN WRITER"))
	}
	maker, command, brokers, registry, file, writer := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6]
	text, err := os.ReadFile(file)
	fail(err)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var plan []oneCase
	fail(decoder.Decode(&plan))
	makers := map[string]func(registry, topic string, one oneCase) (coder, error){"confluent": newConfluent, "franz": newFranz}
	open := func(one oneCase) (coder, error) { return makers[maker](registry, writer+"-"+one.Name, one) }
	if command == "write" {
		fail(write(brokers, writer, plan, open))
	} else {
		fail(read(brokers, writer, plan, open))
	}
}

func write(brokers, writer string, plan []oneCase, open func(oneCase) (coder, error)) error {
	producer, err := kafka.NewProducer(&kafka.ConfigMap{"bootstrap.servers": brokers, "linger.ms": 0})
	if err != nil {
		return err
	}
	for _, one := range plan {
		records, err := records(one, open)
		if err != nil {
			print(map[string]any{"case": one.Name, "error": err.Error()})
			continue
		}
		topic := writer + "-" + one.Name
		for _, record := range records {
			record.TopicPartition = kafka.TopicPartition{Topic: &topic, Partition: 0}
			delivered := make(chan kafka.Event, 1)
			if err := producer.Produce(record, delivered); err != nil {
				return err
			}
			if err := (<-delivered).(*kafka.Message).TopicPartition.Error; err != nil {
				return err
			}
		}
	}
	return nil
}

func records(one oneCase, open func(oneCase) (coder, error)) ([]*kafka.Message, error) {
	coder, err := open(one)
	if err != nil {
		return nil, err
	}
	var records []*kafka.Message
	for _, message := range one.Messages {
		record := &kafka.Message{}
		for _, isKey := range []bool{true, false} {
			half, held := one.Value, message.Value
			if isKey {
				half, held = one.Key, message.Key
			}
			if held == nil {
				continue
			}
			schema, err := half.parse()
			if err != nil {
				return nil, err
			}
			data, headers, err := coder.encode(isKey, native(schema, held))
			if err != nil {
				return nil, err
			}
			record.Headers = append(record.Headers, headers...)
			if isKey {
				record.Key = data
			} else {
				record.Value = data
			}
		}
		records = append(records, record)
	}
	return records, nil
}

func read(brokers, writer string, plan []oneCase, open func(oneCase) (coder, error)) error {
	consumer, err := kafka.NewConsumer(&kafka.ConfigMap{"bootstrap.servers": brokers, "group.id": "interop-go"})
	if err != nil {
		return err
	}
	var partitions []kafka.TopicPartition
	left := 0
	for _, one := range plan {
		topic := writer + "-" + one.Name
		partitions = append(partitions, kafka.TopicPartition{Topic: &topic, Partition: 0, Offset: kafka.OffsetBeginning})
		left += len(one.Messages)
	}
	if err := consumer.Assign(partitions); err != nil {
		return err
	}
	found := map[string][]*kafka.Message{}
	for ; left > 0; left-- {
		message, err := consumer.ReadMessage(30 * time.Second)
		if err != nil {
			return fmt.Errorf("%d records are missing: %w", left, err)
		}
		found[*message.TopicPartition.Topic] = append(found[*message.TopicPartition.Topic], message)
	}
	for _, one := range plan {
		coder, err := open(one)
		if err != nil {
			print(map[string]any{"case": one.Name, "error": err.Error()})
			continue
		}
		for index, message := range found[writer+"-"+one.Name] {
			line := map[string]any{"case": one.Name, "index": index}
			key, err := plainHalf(coder, true, one.Key, message.Headers, message.Key)
			line["key"] = key
			if err == nil {
				line["value"], err = plainHalf(coder, false, one.Value, message.Headers, message.Value)
			}
			if err != nil {
				line["error"] = err.Error()
			}
			print(line)
		}
	}
	return nil
}

func plainHalf(coder coder, isKey bool, half half, headers []kafka.Header, message []byte) (any, error) {
	if message == nil {
		return nil, nil
	}
	schema, err := half.readerSchema()
	if err != nil {
		return nil, err
	}
	value, err := coder.decode(isKey, headers, message)
	if err != nil {
		return nil, err
	}
	return plain(schema, value), nil
}

func print(line map[string]any) {
	text, err := json.Marshal(struct {
		Case  any `json:"case"`
		Index any `json:"index"`
		Key   any `json:"key"`
		Value any `json:"value"`
		Error any `json:"error,omitempty"`
	}{line["case"], line["index"], line["key"], line["value"], line["error"]})
	fail(err)
	fmt.Println(string(text))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1)
	}
}
