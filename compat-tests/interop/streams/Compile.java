import java.io.File;
import java.util.Arrays;
import org.apache.avro.compiler.specific.SpecificCompiler;

/** Compile FOLDER SCHEMA...: writes the SpecificRecord classes of schemas. */
public final class Compile {
  public static void main(String[] arguments) throws Exception {
    File[] schemas = Arrays.stream(arguments).skip(1).map(File::new).toArray(File[]::new);
    SpecificCompiler.compileSchema(schemas, new File(arguments[0]));
  }
}
