import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.avro.shaded.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.avro.shaded.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.avro.shaded.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.avro.shaded.com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.flink.avro.shaded.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.formats.avro.AvroRowDataDeserializationSchema;
import org.apache.flink.formats.avro.AvroRowDataSerializationSchema;
import org.apache.flink.formats.avro.AvroToRowDataConverters;
import org.apache.flink.formats.avro.RowDataToAvroConverters;
import org.apache.flink.formats.avro.registry.confluent.ConfluentRegistryAvroDeserializationSchema;
import org.apache.flink.formats.avro.registry.confluent.ConfluentRegistryAvroSerializationSchema;
import org.apache.flink.formats.avro.typeutils.AvroSchemaConverter;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * FlinkRows (write|read) BROKERS REGISTRY PLAN WRITER: rows through Flink's format avro-confluent, as a table's source and sink have it.
 *
 * <p>write sends them to the topic WRITER-CASE, read prints what it finds there, a line of plain JSON for each record.
 */
public final class FlinkRows {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** One half of the records: a row with the schema that Flink makes of its type. */
  private static final class Half {
    final RowType type;
    private final Schema given;
    private final AvroRowDataSerializationSchema serializer;
    private final AvroRowDataDeserializationSchema deserializer;

    Half(JsonNode half, String subject, String registry) throws Exception {
      String text = half.get("schema").asText();
      given = new Schema.Parser().parse(text);
      type = (RowType) AvroSchemaConverter.convertToDataType(text, false).getLogicalType();
      Schema own = AvroSchemaConverter.convertToSchema(type, false);
      serializer =
          new AvroRowDataSerializationSchema(
              type,
              ConfluentRegistryAvroSerializationSchema.forGeneric(subject, own, registry),
              RowDataToAvroConverters.createConverter(type, false));
      deserializer =
          new AvroRowDataDeserializationSchema(
              ConfluentRegistryAvroDeserializationSchema.forGeneric(own, registry),
              AvroToRowDataConverters.createRowConverter(type, false),
              TypeInformation.of(RowData.class));
      serializer.open(null);
      deserializer.open(null);
    }

    byte[] write(JsonNode json) throws Exception {
      if (json.isNull()) {
        return null;
      }
      Object datum =
          new GenericDatumReader<Object>(given).read(null, DecoderFactory.get().jsonDecoder(given, json.toString()));
      return serializer.serialize((RowData) AvroToRowDataConverters.createRowConverter(type, false).convert(datum));
    }

    JsonNode read(byte[] message) throws Exception {
      return message == null ? JSON.nullNode() : row(type, deserializer.deserialize(message));
    }
  }

  public static void main(String[] arguments) throws Exception {
    JsonNode plan = new ObjectMapper().readTree(new File(arguments[3]));
    for (JsonNode each : plan) {
      String topic = arguments[4] + "-" + each.get("name").asText();
      Half key = new Half(each.get("key"), topic + "-key", arguments[2]);
      Half value = new Half(each.get("value"), topic + "-value", arguments[2]);
      if (arguments[0].equals("write")) {
        write(arguments[1], topic, each, key, value);
      } else {
        read(arguments[1], topic, each, key, value);
      }
    }
    System.exit(0);
  }

  private static void write(String brokers, String topic, JsonNode each, Half key, Half value) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (JsonNode message : each.get("messages")) {
        producer.send(new ProducerRecord<>(topic, key.write(message.get("key")), value.write(message.get("value")))).get();
      }
    }
  }

  private static void read(String brokers, String topic, JsonNode each, Half key, Half value) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (records.size() < each.get("messages").size() && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    for (int index = 0; index < records.size(); index++) {
      ObjectNode line = JSON.objectNode().put("case", each.get("name").asText()).put("index", index);
      line.set("key", key.read(records.get(index).key()));
      line.set("value", value.read(records.get(index).value()));
      System.out.println(line);
    }
  }

  private static JsonNode row(RowType type, RowData row) {
    ObjectNode node = JSON.objectNode();
    for (int index = 0; index < type.getFieldCount(); index++) {
      Object field = RowData.createFieldGetter(type.getTypeAt(index), index).getFieldOrNull(row);
      node.set(type.getFieldNames().get(index), plain(type.getTypeAt(index), field));
    }
    return node;
  }

  private static ArrayNode array(LogicalType items, ArrayData array) {
    ArrayNode node = JSON.arrayNode();
    for (int index = 0; index < array.size(); index++) {
      node.add(plain(items, ArrayData.createElementGetter(items).getElementOrNull(array, index)));
    }
    return node;
  }

  private static JsonNode plain(LogicalType type, Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    switch (type.getTypeRoot()) {
      case ROW:
        return row((RowType) type, (RowData) value);
      case ARRAY:
        return array(((ArrayType) type).getElementType(), (ArrayData) value);
      case MAP:
        ArrayNode keys = array(((MapType) type).getKeyType(), ((MapData) value).keyArray());
        ArrayNode values = array(((MapType) type).getValueType(), ((MapData) value).valueArray());
        ObjectNode node = JSON.objectNode();
        for (int index = 0; index < keys.size(); index++) {
          node.set(keys.get(index).asText(), values.get(index));
        }
        return node;
      case BOOLEAN:
        return JSON.booleanNode((Boolean) value);
      case INTEGER:
      case DATE:
        return JSON.numberNode((Integer) value);
      case BIGINT:
        return JSON.numberNode((Long) value);
      case FLOAT:
        return JSON.numberNode((Float) value);
      case DOUBLE:
        return JSON.numberNode((Double) value);
      case VARBINARY:
        return JSON.textNode(new String((byte[]) value, StandardCharsets.ISO_8859_1));
      case DECIMAL:
        return JSON.objectNode().put("decimal", value.toString());
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
      case TIMESTAMP_WITHOUT_TIME_ZONE:
        long millis = ((org.apache.flink.table.data.TimestampData) value).getMillisecond();
        return JSON.numberNode(millis);
      default:
        return JSON.textNode(value.toString());
    }
  }
}
