import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;

/**
 * What Avro's reference implementation, and Confluent's classes on top of it, say about pairs of schemas.
 *
 * <p>Arguments: a file with one {"reader": text, "writer": text, "data": hex} a line, and the file that takes one answer a line, in
 * the form that all opinions share (see the harness's second_opinion part).
 */
public final class Reference {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    try (BufferedReader in = Files.newBufferedReader(Path.of(arguments[0]));
        BufferedWriter out = Files.newBufferedWriter(Path.of(arguments[1]))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode pair = JSON.readTree(line);
        out.write(JSON.writeValueAsString(answer(pair)));
        out.newLine();
      }
    }
  }

  private static ObjectNode answer(JsonNode pair) {
    String readerText = pair.get("reader").asText();
    String writerText = pair.get("writer").asText();
    ObjectNode answer = JSON.createObjectNode();
    Schema reader = describe(readerText, answer.putObject("reader"));
    Schema writer = describe(writerText, answer.putObject("writer"));
    if (reader != null && writer != null) {
      check(reader, writer, answer);
      confluentVerdict(readerText, writerText, answer);
      if (pair.has("data")) {
        byte[] data = HexFormat.of().parseHex(pair.get("data").asText());
        read(answer, "written", writer, writer, data);
        read(answer, "decoded", writer, reader, data);
      }
    }
    return answer;
  }

  /** The datum as the reader sees it, in the JSON encoding; all of the data must be read. */
  private static void read(ObjectNode answer, String what, Schema writer, Schema reader, byte[] data) {
    try {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(data, null);
      Object value = new GenericDatumReader<Object>(writer, reader).read(null, decoder);
      if (!decoder.isEnd()) {
        throw new IllegalStateException("data is left over");
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      JsonEncoder encoder = EncoderFactory.get().jsonEncoder(reader, text);
      new GenericDatumWriter<Object>(reader).write(value, encoder);
      encoder.flush();
      answer.put(what, text.toString(StandardCharsets.UTF_8));
    } catch (Throwable thrown) {
      answer.put(what + "_why", String.valueOf(thrown.getMessage()));
    }
  }

  /** Parses a text in both strict modes and writes down everything that is printed of it. */
  private static Schema describe(String text, ObjectNode into) {
    try {
      new Schema.Parser(NameValidator.STRICT_VALIDATOR).setValidateDefaults(true).parse(text);
      into.put("strict", true);
    } catch (Throwable refused) {
      into.put("strict", false);
    }
    Schema schema;
    try {
      schema = new Schema.Parser().parse(text);
    } catch (Throwable refused) {
      into.put("valid", false).put("why", String.valueOf(refused.getMessage()));
      return null;
    }
    into.put("valid", true);
    into.put("text", schema.toString());
    String canonical = SchemaNormalization.toParsingForm(schema);
    into.put("canonical", canonical);
    into.put("rabin", String.format("%016x", SchemaNormalization.parsingFingerprint64(schema)));
    try {
      AvroSchema confluent = new AvroSchema(text);
      into.put("confluent_text", confluent.canonicalString());
      into.put("normalized", confluent.normalize().canonicalString());
    } catch (Throwable refused) {
      into.put("confluent_why", String.valueOf(refused));
    }
    return schema;
  }

  private static void check(Schema reader, Schema writer, ObjectNode answer) {
    try {
      ArrayNode found = JSON.createArrayNode();
      for (Incompatibility one :
          SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult().getIncompatibilities()) {
        found.addArray().add(one.getType().name()).add(one.getLocation()).add(one.getMessage());
      }
      answer.set("found", found);
    } catch (Throwable thrown) {
      answer.put("threw", String.valueOf(thrown.getMessage()));
    }
  }

  private static void confluentVerdict(String reader, String writer, ObjectNode answer) {
    try {
      List<String> found =
          new AvroSchema(reader).isCompatible(CompatibilityLevel.BACKWARD, List.of(new AvroSchema(writer)));
      answer.put("confluent_compatible", found.isEmpty());
    } catch (Throwable thrown) {
      answer.put("confluent_why", String.valueOf(thrown));
    }
  }
}
