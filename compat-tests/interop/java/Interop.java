import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confluent.kafka.serializers.AvroData;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversion;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Interop (write|read) BROKERS REGISTRY PLAN WRITER: the messages of each case through Confluent's Java serde 7.0.16.
 *
 * <p>write sends them to the topic WRITER-CASE, read prints what it finds there, a line of plain JSON for each record.
 */
public final class Interop {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final String brokers;
  private final String registry;
  private final String writer;

  private Interop(String brokers, String registry, String writer) {
    this.brokers = brokers;
    this.registry = registry;
    this.writer = writer;
  }

  public static void main(String[] arguments) throws Exception {
    Interop interop = new Interop(arguments[1], arguments[2], arguments[4]);
    JsonNode plan = new ObjectMapper().readTree(new File(arguments[3]));
    if (arguments[0].equals("write")) {
      interop.write(plan);
    } else {
      interop.read(plan);
    }
    System.exit(0);
  }

  private void write(JsonNode plan) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (JsonNode each : plan) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        try {
          records = records(each);
        } catch (Exception error) {
          print(JSON.objectNode().put("case", each.get("name").asText()).put("error", text(error)));
        }
        for (ProducerRecord<byte[], byte[]> one : records) {
          producer.send(one).get();
        }
      }
    }
  }

  private List<ProducerRecord<byte[], byte[]>> records(JsonNode each) throws Exception {
    if (each.path("framing").asText().equals("header")) {
      throw new UnsupportedOperationException("this client knows no schema in a header");
    }
    Map<String, Object> settings = settings();
    if (each.path("source").asText().equals("latest")) {
      settings.put("auto.register.schemas", false);
      settings.put("use.latest.version", true);
    }
    KafkaAvroSerializer keys = new KafkaAvroSerializer();
    KafkaAvroSerializer values = new KafkaAvroSerializer();
    keys.configure(settings, true);
    values.configure(settings, false);
    String topic = topic(each);
    Schema key = schema(each.get("key"));
    Schema value = schema(each.get("value"));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (JsonNode message : each.get("messages")) {
      byte[] keyBytes = keys.serialize(topic, whole(key, message.get("key")));
      JsonNode held = message.get("value");
      byte[] valueBytes = held.isNull() ? null : values.serialize(topic, whole(value, held));
      records.add(new ProducerRecord<>(topic, keyBytes, valueBytes));
    }
    return records;
  }

  private void read(JsonNode plan) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "fetch.max.wait.ms", 10);
    KafkaAvroDeserializer keys = new KafkaAvroDeserializer();
    KafkaAvroDeserializer values = new KafkaAvroDeserializer();
    keys.configure(settings(), true);
    values.configure(settings(), false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (JsonNode each : plan) {
        String topic = topic(each);
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (records.size() < each.get("messages").size() && System.nanoTime() < deadline) {
          consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
        }
        JsonNode reader = each.get("value").get("reader");
        Schema readerSchema = reader.isNull() ? null : new Schema.Parser().parse(reader.get("schema").asText());
        for (int index = 0; index < records.size(); index++) {
          ConsumerRecord<byte[], byte[]> one = records.get(index);
          ObjectNode line = JSON.objectNode().put("case", each.get("name").asText()).put("index", index);
          try {
            line.set("key", plain(keys.deserialize(topic, one.key())));
            Object value =
                readerSchema == null
                    ? values.deserialize(topic, one.value())
                    : values.deserialize(topic, one.value(), readerSchema);
            line.set("value", plain(value));
          } catch (Exception error) {
            line.put("error", text(error));
          }
          print(line);
        }
      }
    }
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("schema.registry.url", registry);
    settings.put("avro.use.logical.type.converters", true);
    return settings;
  }

  private String topic(JsonNode each) {
    return writer + "-" + each.get("name").asText();
  }

  private static Schema schema(JsonNode half) {
    Schema.Parser parser = new Schema.Parser();
    for (JsonNode reference : half.get("references")) {
      parser.parse(reference.get("schema").asText());
    }
    return parser.parse(half.get("schema").asText());
  }

  /** What JSON in Avro's encoding stands for, with the types that an application uses for logical types. */
  private static Object fromJson(Schema schema, JsonNode json) {
    Object value = based(schema, json);
    LogicalType logical = schema.getLogicalType();
    Conversion<?> conversion = logical == null ? null : AvroData.getGenericData().getConversionFor(logical);
    return conversion == null ? value : Conversions.convertToLogicalType(value, schema, logical, conversion);
  }

  private static Object based(Schema schema, JsonNode json) {
    switch (schema.getType()) {
      case RECORD:
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          record.put(field.pos(), fromJson(field.schema(), json.get(field.name())));
        }
        return record;
      case UNION:
        String branch = json.isNull() ? "null" : json.fieldNames().next();
        Schema chosen = schema.getTypes().get(schema.getIndexNamed(branch));
        return fromJson(chosen, json.isNull() ? json : json.get(branch));
      case ARRAY:
        GenericData.Array<Object> array = new GenericData.Array<>(json.size(), schema);
        json.forEach(item -> array.add(fromJson(schema.getElementType(), item)));
        return array;
      case MAP:
        Map<String, Object> map = new HashMap<>();
        json.fields().forEachRemaining(entry -> map.put(entry.getKey(), fromJson(schema.getValueType(), entry.getValue())));
        return map;
      case ENUM:
        return new GenericData.EnumSymbol(schema, json.asText());
      case FIXED:
        return new GenericData.Fixed(schema, json.asText().getBytes(StandardCharsets.ISO_8859_1));
      case BYTES:
        return ByteBuffer.wrap(json.asText().getBytes(StandardCharsets.ISO_8859_1));
      case STRING:
        return json.asText();
      case INT:
        return json.intValue();
      case LONG:
        return json.longValue();
      case FLOAT:
        return json.isTextual() ? Float.valueOf(json.asText()) : Float.valueOf(json.floatValue());
      case DOUBLE:
        return json.isTextual() ? Double.valueOf(json.asText()) : Double.valueOf(json.doubleValue());
      case BOOLEAN:
        return json.booleanValue();
      default:
        return null;
    }
  }

  /** A value at the top, where this client takes bytes as an array. */
  private static Object whole(Schema schema, JsonNode json) {
    Object value = fromJson(schema, json);
    return value instanceof ByteBuffer ? bytes((ByteBuffer) value) : value;
  }

  private static JsonNode plain(Object value) {
    if (value == null) {
      return JSON.nullNode();
    } else if (value instanceof IndexedRecord) {
      IndexedRecord record = (IndexedRecord) value;
      ObjectNode node = JSON.objectNode();
      for (Schema.Field field : record.getSchema().getFields()) {
        node.set(field.name(), plain(record.get(field.pos())));
      }
      return node;
    } else if (value instanceof Map) {
      ObjectNode node = JSON.objectNode();
      ((Map<?, ?>) value).forEach((key, item) -> node.set(key.toString(), plain(item)));
      return node;
    } else if (value instanceof Iterable) {
      var node = JSON.arrayNode();
      ((Iterable<?>) value).forEach(item -> node.add(plain(item)));
      return node;
    } else if (value instanceof Boolean) {
      return JSON.booleanNode((Boolean) value);
    } else if (value instanceof Integer) {
      return JSON.numberNode((Integer) value);
    } else if (value instanceof Long) {
      return JSON.numberNode((Long) value);
    } else if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number) ? JSON.numberNode(number) : JSON.textNode(String.valueOf(number));
    } else if (value instanceof ByteBuffer) {
      return latin1(bytes((ByteBuffer) value));
    } else if (value instanceof byte[]) {
      return latin1((byte[]) value);
    } else if (value instanceof GenericFixed) {
      return latin1(((GenericFixed) value).bytes());
    } else if (value instanceof java.math.BigDecimal) {
      return JSON.objectNode().put("decimal", value.toString());
    } else if (value instanceof java.time.Instant) {
      return JSON.objectNode().put("timestamp", ((java.time.Instant) value).atOffset(java.time.ZoneOffset.UTC).format(MICROS));
    } else if (value instanceof java.time.LocalDateTime) {
      return JSON.objectNode().put("timestamp", ((java.time.LocalDateTime) value).format(LOCAL_MICROS));
    } else if (value instanceof java.time.LocalDate) {
      return JSON.objectNode().put("date", value.toString());
    } else if (value instanceof java.time.LocalTime) {
      return JSON.objectNode().put("time", ((java.time.LocalTime) value).format(TIME_MICROS));
    }
    return JSON.textNode(value.toString());
  }

  private static final java.time.format.DateTimeFormatter LOCAL_MICROS =
      java.time.format.DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
  private static final java.time.format.DateTimeFormatter MICROS =
      java.time.format.DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");
  private static final java.time.format.DateTimeFormatter TIME_MICROS =
      java.time.format.DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static JsonNode latin1(byte[] bytes) {
    return JSON.textNode(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  private static String text(Exception error) {
    return error + (error.getCause() == null ? "" : ": " + error.getCause());
  }

  private static void print(ObjectNode line) {
    System.out.println(line);
  }
}
