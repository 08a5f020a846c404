import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Client URL: every method of SchemaRegistryClient of Confluent's Java client 7.0.16, and its Avro serde, against a server.
 *
 * <p>This client is older than many fields of today's answers, and refuses members that it does not know.
 */
public final class Client {
  /** One name for each run: the same text may be registered by other clients of this server. */
  private static final String USER = "User_" + UUID.randomUUID().toString().substring(0, 8);

  private static final String NAME = "{\"name\":\"name\",\"type\":\"string\"}";
  private static final String EMAIL = "{\"name\":\"email\",\"type\":\"string\",\"default\":\"\"}";
  private static final String AGE = "{\"name\":\"age\",\"type\":\"int\"}";
  private static final AvroSchema V1 = record(NAME);
  private static final AvroSchema V2 = record(NAME, EMAIL);
  private static final AvroSchema BROKEN = record(NAME, AGE);
  private static final Map<String, String> DEFAULT_HEADERS = Map.of();

  private final Set<String> called = new HashSet<>();
  private final String url;
  private final SchemaRegistryClient client;
  private int passed;
  private int failed;

  private Client(String url) {
    this.url = url;
    client = recorded(new CachedSchemaRegistryClient(url, 100));
  }

  public static void main(String[] arguments) {
    Client run = new Client(arguments[0]);
    try {
      run.specification();
      run.uncalled();
    } catch (Throwable error) {
      error.printStackTrace(System.out);
      run.check("the specification", false, "stopped by " + error);
    }
    System.out.println(run.passed + " passed, " + run.failed + " failed");
    System.exit(run.failed == 0 ? 0 : 1);
  }

  private static AvroSchema record(String... fields) {
    return new AvroSchema("{\"type\":\"record\",\"name\":\"" + USER + "\",\"fields\":[" + String.join(",", fields) + "]}");
  }

  private void specification() throws Exception {
    String run = UUID.randomUUID().toString().substring(0, 8);
    String subject = run + "-user-value";
    reading(subject);
    compatibility(subject);
    modes(subject);
    imported(run + "-imported-value");
    serde(run);
    deleting(run, subject);
    client.reset();
    client.close();
  }

  @SuppressWarnings("deprecation")
  private void reading(String subject) throws Exception {
    int first = client.register(subject, V1);
    equal("register a Schema", client.register(subject, V1.rawSchema()), first);
    equal("register normalized", client.register(subject, V1, true), first);
    int second = client.register(subject, V2);
    check("ids grow", second > first, second + " after " + first);
    refused("register", 409, () -> client.register(subject, BROKEN));
    refused("getSchemaById", 40403, () -> client.getSchemaById(2_000_000_000));

    equal("parseSchema", client.parseSchema("AVRO", V1.canonicalString(), List.of()).map(ParsedSchema::canonicalString).orElse(null),
        V1.canonicalString());
    equal("getByID", client.getByID(first), V1.rawSchema());
    equal("getById", client.getById(first), V1.rawSchema());
    equal("getSchemaById", client.getSchemaById(second), V2);
    equal("getBySubjectAndID", client.getBySubjectAndID(subject, first), V1.rawSchema());
    equal("getBySubjectAndId", client.getBySubjectAndId(subject, first), V1.rawSchema());
    equal("getSchemaBySubjectAndId", client.getSchemaBySubjectAndId(subject, second), V2);
    equal("getSchemas", client.getSchemas(subject, false, true).size(), 1);
    equal("getAllSubjectsById", List.copyOf(client.getAllSubjectsById(first)), List.of(subject));
    equal("getAllVersionsById", client.getAllVersionsById(first).stream().map(v -> v.getSubject() + v.getVersion()).toList(),
        List.of(subject + 1));
    equal("getByVersion", client.getByVersion(subject, 1, false).getId(), first);
    equal("getLatestSchemaMetadata", client.getLatestSchemaMetadata(subject).getVersion(), 2);
    equal("getSchemaMetadata", client.getSchemaMetadata(subject, 1).getId(), first);
    refused("getSchemaMetadata", 40402, () -> client.getSchemaMetadata(subject, 9));
    refused("getLatestSchemaMetadata", 40401, () -> client.getLatestSchemaMetadata(subject + "-nobody"));
    equal("getVersion of a Schema", client.getVersion(subject, V1.rawSchema()), 1);
    equal("getVersion", client.getVersion(subject, V2), 2);
    equal("getVersion normalized", client.getVersion(subject, V2, true), 2);
    equal("getAllVersions", client.getAllVersions(subject), List.of(1, 2));
    equal("getId of a Schema", client.getId(subject, V1.rawSchema()), first);
    equal("getId", client.getId(subject, V2), second);
    equal("getId normalized", client.getId(subject, V2, true), second);
    check("getAllSubjects", client.getAllSubjects().contains(subject), "the subject is missing");
    equal("getAllSubjectsByPrefix", List.copyOf(client.getAllSubjectsByPrefix(subject)), List.of(subject));
  }

  private void compatibility(String subject) throws Exception {
    equal("testCompatibility of a Schema", client.testCompatibility(subject, V2.rawSchema()), true);
    equal("testCompatibility", client.testCompatibility(subject, BROKEN), false);
    check("testCompatibilityVerbose", !client.testCompatibilityVerbose(subject, BROKEN).isEmpty(), "no messages");
    equal("getCompatibility of all", client.getCompatibility(null), "BACKWARD");
    refused("getCompatibility", 40408, () -> client.getCompatibility(subject));
    equal("updateCompatibility", client.updateCompatibility(subject, "FULL"), "FULL");
    equal("getCompatibility", client.getCompatibility(subject), "FULL");
    client.deleteCompatibility(subject);
    refused("getCompatibility", 40408, () -> client.getCompatibility(subject));
    refused("updateCompatibility", 42203, () -> client.updateCompatibility(subject, "SIDEWAYS"));
  }

  private void modes(String subject) throws Exception {
    equal("getMode of all", client.getMode(), "READWRITE");
    equal("setMode of all", client.setMode("READWRITE"), "READWRITE");
    equal("setMode", client.setMode("READONLY", subject), "READONLY");
    equal("getMode", client.getMode(subject), "READONLY");
    refused("register", 42205, () -> client.register(subject, record(NAME, EMAIL, AGE)));
    client.deleteMode(subject);
    refused("getMode", 40409, () -> client.getMode(subject));
  }

  private void imported(String subject) throws Exception {
    equal("setMode forced", client.setMode("IMPORT", subject, true), "IMPORT");
    equal("register with an id", client.register(subject, V1, 7, 901_001), 901_001);
    Schema other = record(NAME, AGE).rawSchema();
    equal("register a Schema with an id", client.register(subject, other, 9, 901_002), 901_002);
    equal("getAllVersions", client.getAllVersions(subject), List.of(7, 9));
    client.deleteMode(subject);
  }

  private void serde(String run) {
    String topic = run + "-serde";
    GenericData.Record value = new GenericData.Record(V2.rawSchema());
    value.put("name", "Ada");
    value.put("email", "ada@example");
    Map<String, ?> settings = Map.of("schema.registry.url", url);
    try (KafkaAvroSerializer serializer = new KafkaAvroSerializer(client, settings);
        KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer(client, settings)) {
      byte[] bytes = serializer.serialize(topic, value);
      equal("serialize and deserialize", String.valueOf(deserializer.deserialize(topic, bytes)), value.toString());
      equal("the magic byte", (int) bytes[0], 0);
    }
  }

  private void deleting(String run, String subject) throws Exception {
    equal("deleteSchemaVersion", client.deleteSchemaVersion(subject, "1"), 1);
    equal("getAllVersions", client.getAllVersions(subject), List.of(2));
    equal("deleteSchemaVersion for good", client.deleteSchemaVersion(subject, "1", true), 1);
    equal("deleteSubject", client.deleteSubject(subject), List.of(2));
    equal("deleteSubject for good", client.deleteSubject(subject, true), List.of(2));
    String other = run + "-other-value";
    client.register(other, V1);
    client.register(other, V2);
    equal("deleteSchemaVersion, headers", client.deleteSchemaVersion(DEFAULT_HEADERS, other, "1"), 1);
    equal("deleteSchemaVersion for good, headers", client.deleteSchemaVersion(DEFAULT_HEADERS, other, "1", true), 1);
    equal("deleteSubject, headers", client.deleteSubject(DEFAULT_HEADERS, other), List.of(2));
    equal("deleteSubject for good, headers", client.deleteSubject(DEFAULT_HEADERS, other, true), List.of(2));
  }

  /** The client, with every call of an interface method noted by its signature. */
  private SchemaRegistryClient recorded(SchemaRegistryClient real) {
    return (SchemaRegistryClient) Proxy.newProxyInstance(Client.class.getClassLoader(), new Class<?>[] {SchemaRegistryClient.class},
        (proxy, method, arguments) -> {
          called.add(signature(method));
          try {
            return method.invoke(real, arguments);
          } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
          }
        });
  }

  private void uncalled() {
    Set<String> open = Arrays.stream(SchemaRegistryClient.class.getMethods()).map(Client::signature).collect(Collectors.toCollection(TreeSet::new));
    open.removeAll(called);
    for (String method : open) {
      check(method, false, "this public method was not called");
    }
  }

  private static String signature(Method method) {
    return method.getName() + Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).collect(Collectors.joining(", ", "(", ")"));
  }

  private void refused(String what, int code, Callable<?> call) {
    try {
      check(what, false, "error " + code + " wanted, got " + call.call());
    } catch (RestClientException refused) {
      check(what, refused.getErrorCode() == code, "error " + code + " wanted, got " + refused.getErrorCode() + " " + refused.getMessage());
    } catch (Exception other) {
      check(what, false, "error " + code + " wanted, got " + other);
    }
  }

  private void equal(String what, Object got, Object want) {
    check(what, Objects.equals(got, want), "got " + got + ", want " + want);
  }

  private void check(String what, boolean right, String problem) {
    if (right) {
      passed++;
    } else {
      failed++;
      System.out.println("FAIL " + what + ": " + problem);
    }
  }
}
