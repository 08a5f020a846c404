import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.idl.IdlFile;
import org.apache.avro.idl.IdlReader;

/**
 * What Avro's reference implementation reads of IDL.
 *
 * <p>Arguments: a file with one {"idl": text} a line, and the file that takes one answer a line: {"text": the protocol or the main
 * schema}, or {"why": the reason for which it was refused}.
 */
public final class Idl {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    try (BufferedReader in = Files.newBufferedReader(Path.of(arguments[0]));
        BufferedWriter out = Files.newBufferedWriter(Path.of(arguments[1]))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        ObjectNode answer = JSON.createObjectNode();
        try {
          byte[] idl = JSON.readTree(line).get("idl").asText().getBytes(StandardCharsets.UTF_8);
          IdlFile file = new IdlReader().parse(new ByteArrayInputStream(idl));
          Object whole = file.getProtocol() == null ? file.getMainSchema() : file.getProtocol();
          answer.put("text", whole.toString());
        } catch (Throwable thrown) {
          answer.put("why", String.valueOf(thrown));
        }
        out.write(JSON.writeValueAsString(answer));
        out.newLine();
      }
    }
  }
}
