package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"time"

	"github.com/hamba/avro/v2"
)

func (h half) parse() (avro.Schema, error) {
	cache := &avro.SchemaCache{}
	for _, reference := range h.References {
		if _, err := avro.ParseWithCache(reference.Schema, "", cache); err != nil {
			return nil, err
		}
	}
	return avro.ParseWithCache(h.Schema, "", cache)
}

func (h half) readerSchema() (avro.Schema, error) {
	if h.Reader != nil {
		return avro.ParseWithCache(h.Reader.Schema, "", &avro.SchemaCache{})
	}
	return h.parse()
}

// logicalOf is the logical type of a schema, or "".
func logicalOf(schema avro.Schema) avro.LogicalType {
	if typed, ok := schema.(avro.LogicalTypeSchema); ok && typed.Logical() != nil {
		return typed.Logical().Type()
	}
	return ""
}

// branchName is what Avro's JSON encoding calls a branch; branchKey is what hamba/avro does.
func branchName(schema avro.Schema) string {
	if named, ok := schema.(avro.NamedSchema); ok {
		return named.FullName()
	}
	return string(schema.Type())
}

func branchKey(schema avro.Schema) string {
	if logical := logicalOf(schema); logical != "" {
		return branchName(schema) + "." + string(logical)
	}
	return branchName(schema)
}

func resolved(schema avro.Schema) avro.Schema {
	if reference, ok := schema.(*avro.RefSchema); ok {
		return reference.Schema()
	}
	return schema
}

func latin1(text string) []byte {
	var data []byte
	for _, letter := range text {
		data = append(data, byte(letter))
	}
	return data
}

func fromLatin1(data []byte) string {
	var letters []rune
	for _, one := range data {
		letters = append(letters, rune(one))
	}
	return string(letters)
}

// native is what JSON in Avro's encoding stands for, as an application holds it.
func native(schema avro.Schema, value any) any {
	schema = resolved(schema)
	switch typed := schema.(type) {
	case *avro.RecordSchema:
		record := map[string]any{}
		for _, field := range typed.Fields() {
			record[field.Name()] = native(field.Type(), value.(map[string]any)[field.Name()])
		}
		return record
	case *avro.ArraySchema:
		items := []any{}
		for _, item := range value.([]any) {
			items = append(items, native(typed.Items(), item))
		}
		return items
	case *avro.MapSchema:
		items := map[string]any{}
		for key, item := range value.(map[string]any) {
			items[key] = native(typed.Values(), item)
		}
		return items
	case *avro.UnionSchema:
		if value == nil {
			return nil
		}
		for name, inner := range value.(map[string]any) {
			for _, branch := range typed.Types() {
				if branchName(resolved(branch)) == name {
					return map[string]any{branchKey(resolved(branch)): native(branch, inner)}
				}
			}
		}
		return nil
	}
	switch schema.Type() {
	case avro.Int, avro.Long:
		number, _ := value.(json.Number).Int64()
		return nativeNumber(schema, number)
	case avro.Float:
		return float32(floating(value))
	case avro.Double:
		return floating(value)
	case avro.Bytes, avro.Fixed:
		return nativeBytes(schema, latin1(value.(string)))
	}
	return value
}

func floating(value any) float64 {
	text := fmt.Sprint(value)
	number, _ := strconv.ParseFloat(text, 64)
	return number
}

func nativeNumber(schema avro.Schema, number int64) any {
	switch logicalOf(schema) {
	case avro.Date:
		return time.Unix(number*86400, 0).UTC()
	case avro.TimeMillis:
		return time.Duration(number) * time.Millisecond
	case avro.TimeMicros:
		return time.Duration(number) * time.Microsecond
	case avro.TimestampMillis, avro.LocalTimestampMillis:
		return time.UnixMilli(number).UTC()
	case avro.TimestampMicros, avro.LocalTimestampMicros:
		return time.UnixMicro(number).UTC()
	}
	if schema.Type() == avro.Int {
		return int(number)
	}
	return number
}

func nativeBytes(schema avro.Schema, data []byte) any {
	var logical avro.LogicalSchema
	if typed, ok := schema.(avro.LogicalTypeSchema); ok {
		logical = typed.Logical()
	}
	if decimal, ok := logical.(*avro.DecimalLogicalSchema); ok {
		unscaled := new(big.Int).SetBytes(data)
		if data[0] >= 128 {
			unscaled.Sub(unscaled, new(big.Int).Lsh(big.NewInt(1), uint(len(data)*8)))
		}
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimal.Scale())), nil)
		return new(big.Rat).SetFrac(unscaled, scale)
	}
	if logicalOf(schema) == avro.Duration {
		part := func(index int) uint32 { return binary.LittleEndian.Uint32(data[index*4:]) }
		return avro.LogicalDuration{Months: part(0), Days: part(1), Milliseconds: part(2)}
	}
	if schema.Type() == avro.Bytes {
		return data
	}
	array := reflect.New(reflect.ArrayOf(len(data), reflect.TypeFor[byte]())).Elem()
	reflect.Copy(array, reflect.ValueOf(data))
	return array.Interface()
}

// plain is what was read, as plain JSON.
func plain(schema avro.Schema, value any) any {
	schema = resolved(schema)
	if pointer := reflect.ValueOf(value); pointer.Kind() == reflect.Pointer && !pointer.IsNil() {
		if _, rational := value.(*big.Rat); !rational {
			return plain(schema, pointer.Elem().Interface())
		}
	}
	switch typed := schema.(type) {
	case *avro.RecordSchema:
		fields, ok := value.(map[string]any)
		if !ok {
			return fmt.Sprintf("%T", value)
		}
		record := map[string]any{}
		for _, field := range typed.Fields() {
			record[field.Name()] = plain(field.Type(), fields[field.Name()])
		}
		return record
	case *avro.ArraySchema:
		items := []any{}
		for index := range reflect.ValueOf(value).Len() {
			items = append(items, plain(typed.Items(), reflect.ValueOf(value).Index(index).Interface()))
		}
		return items
	case *avro.MapSchema:
		items := map[string]any{}
		for _, key := range reflect.ValueOf(value).MapKeys() {
			items[key.String()] = plain(typed.Values(), reflect.ValueOf(value).MapIndex(key).Interface())
		}
		return items
	case *avro.UnionSchema:
		return plainUnion(typed, value)
	}
	return plainScalar(schema, value)
}

func plainUnion(schema *avro.UnionSchema, value any) any {
	if value == nil {
		return nil
	}
	if wrapped, ok := value.(map[string]any); ok && len(wrapped) == 1 {
		for name, inner := range wrapped {
			for _, branch := range schema.Types() {
				if branchKey(resolved(branch)) == name {
					return plain(branch, inner)
				}
			}
		}
	}
	for _, branch := range schema.Types() {
		if branch.Type() != avro.Null {
			return plain(branch, value)
		}
	}
	return nil
}

func plainScalar(schema avro.Schema, value any) any {
	switch typed := value.(type) {
	case float32:
		return finite(float64(typed))
	case float64:
		return finite(typed)
	case []byte:
		return fromLatin1(typed)
	case time.Time:
		switch logicalOf(schema) {
		case avro.Date:
			return map[string]any{"date": typed.Format("2006-01-02")}
		case avro.LocalTimestampMillis, avro.LocalTimestampMicros:
			return map[string]any{"timestamp": typed.Format("2006-01-02T15:04:05.000000")}
		}
		return map[string]any{"timestamp": typed.UTC().Format("2006-01-02T15:04:05.000000-07:00")}
	case time.Duration:
		return map[string]any{"time": time.Time{}.Add(typed).Format("15:04:05.000000")}
	case *big.Rat:
		return map[string]any{"decimal": typed.FloatString(scaleOf(schema))}
	case big.Rat:
		return map[string]any{"decimal": typed.FloatString(scaleOf(schema))}
	case avro.LogicalDuration:
		data := binary.LittleEndian.AppendUint32(nil, typed.Months)
		data = binary.LittleEndian.AppendUint32(data, typed.Days)
		return fromLatin1(binary.LittleEndian.AppendUint32(data, typed.Milliseconds))
	}
	if array := reflect.ValueOf(value); array.Kind() == reflect.Array {
		data := make([]byte, array.Len())
		reflect.Copy(reflect.ValueOf(data), array)
		return fromLatin1(data)
	}
	return value
}

func scaleOf(schema avro.Schema) int {
	return schema.(avro.LogicalTypeSchema).Logical().(*avro.DecimalLogicalSchema).Scale()
}

func finite(number float64) any {
	switch {
	case math.IsNaN(number):
		return "NaN"
	case math.IsInf(number, 1):
		return "Infinity"
	case math.IsInf(number, -1):
		return "-Infinity"
	}
	return number
}
