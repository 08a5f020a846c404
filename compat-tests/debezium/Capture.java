import io.confluent.connect.avro.AvroConverter;
import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Capture DATABASE-HOST PORT USER DATABASE REGISTRY COUNT FILE: a real Debezium engine.
 *
 * <p>Captures COUNT change events of the table public.ratings with Debezium's Postgres connector, turns each into a framed
 * message with Confluent's Connect Avro converter, and writes them to FILE, one `topic key value` in hexadecimal a line.
 */
public final class Capture {
  public static void main(String[] arguments) throws Exception {
    int wanted = Integer.parseInt(arguments[5]);
    AvroConverter keys = new AvroConverter();
    AvroConverter values = new AvroConverter();
    Map<String, String> registry = Map.of("schema.registry.url", arguments[4]);
    keys.configure(registry, true);
    values.configure(registry, false);
    CountDownLatch left = new CountDownLatch(wanted);
    Properties settings = settings(arguments);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (BufferedWriter out = Files.newBufferedWriter(Path.of(arguments[6]))) {
      DebeziumEngine<RecordChangeEvent<SourceRecord>> engine =
          DebeziumEngine.create(ChangeEventFormat.of(Connect.class)).using(settings)
              .using((success, message, error) -> {
                if (!success) {
                  System.err.println(message);
                  if (error != null) {
                    error.printStackTrace();
                  }
                  System.exit(1);
                }
              })
              .notifying(event -> {
                SourceRecord record = event.record();
                if (record.value() == null || !record.topic().endsWith(".ratings") || left.getCount() == 0) {
                  return;
                }
                byte[] key = keys.fromConnectData(record.topic(), record.keySchema(), record.key());
                byte[] value = values.fromConnectData(record.topic(), record.valueSchema(), record.value());
                try {
                  out.write(record.topic() + " " + HexFormat.of().formatHex(key) + " " + HexFormat.of().formatHex(value));
                  out.newLine();
                  out.flush();
                } catch (java.io.IOException error) {
                  throw new java.io.UncheckedIOException(error);
                }
                left.countDown();
              })
              .build();
      thread.execute(engine);
      boolean complete = left.await(120, TimeUnit.SECONDS);
      engine.close();
      thread.shutdown();
      System.exit(complete ? 0 : 1);
    }
  }

  private static Properties settings(String[] arguments) {
    Properties settings = new Properties();
    settings.put("name", "capture");
    settings.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    settings.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    settings.put("database.hostname", arguments[0]);
    settings.put("database.port", arguments[1]);
    settings.put("database.user", arguments[2]);
    settings.put("database.password", "");
    settings.put("database.dbname", arguments[3]);
    settings.put("topic.prefix", "shop");
    settings.put("plugin.name", "pgoutput");
    settings.put("table.include.list", "public.ratings");
    settings.put("tombstones.on.delete", "false");
    settings.put("decimal.handling.mode", "precise");
    return settings;
  }
}
