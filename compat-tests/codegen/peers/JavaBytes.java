import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * What Avro's reference implementation writes of the values that it reads.
 *
 * <p>Arguments: a file with one {"schema": text, "data": [hexadecimal digits]} a line, and the file that takes for each line the list
 * of what was written, with null for what was refused.
 */
public final class JavaBytes {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    try (BufferedReader in = Files.newBufferedReader(Path.of(arguments[0]));
        BufferedWriter out = Files.newBufferedWriter(Path.of(arguments[1]))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode question = JSON.readTree(line);
        ArrayNode answer = JSON.createArrayNode();
        for (JsonNode data : question.get("data")) {
          answer.add(written(question.get("schema").asText(), data.asText()));
        }
        out.write(JSON.writeValueAsString(answer));
        out.newLine();
      }
    }
  }

  private static String written(String text, String digits) {
    try {
      Schema schema = new Schema.Parser().parse(text);
      byte[] data = HexFormat.of().parseHex(digits);
      Object value =
          new GenericDatumReader<Object>(schema).read(null, DecoderFactory.get().binaryDecoder(data, null));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new GenericDatumWriter<Object>(schema).write(value, encoder);
      encoder.flush();
      return HexFormat.of().formatHex(bytes.toByteArray());
    } catch (Throwable refused) {
      return null;
    }
  }
}
