import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Credentials URL NAME PASSWORD TOKEN: each source of credentials of Confluent's registry client, right and wrong. */
public class Credentials {
    private record Asked(String what, String url, Map<String, String> settings, int wanted) {}

    public static void main(String[] arguments) {
        String url = arguments[0];
        String name = arguments[1];
        String password = arguments[2];
        String token = arguments[3];
        String module = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";";
        Asked[] cases = {
            new Asked("USER_INFO", url, basic("USER_INFO", name + ":" + password), 200),
            new Asked("URL", url.replace("http://", "http://" + name + ":" + password + "@"),
                Map.of("basic.auth.credentials.source", "URL"), 200),
            new Asked("SASL_INHERIT", url, Map.of("basic.auth.credentials.source", "SASL_INHERIT",
                "sasl.mechanism", "PLAIN", "sasl.jaas.config", module.formatted(name, password)), 200),
            new Asked("STATIC_TOKEN", url, bearer(token), 200),
            new Asked("a wrong password", url, basic("USER_INFO", name + ":wrong"), 401),
            new Asked("a wrong token", url, bearer("srt_wrong"), 401),
            new Asked("nothing", url, Map.of(), 401),
        };
        int failed = 0;
        for (Asked one : cases) {
            String told = told(one.url(), one.settings());
            if (!told.equals(String.valueOf(one.wanted()))) {
                failed++;
                System.out.println("FAIL " + one.what() + ": " + one.wanted() + " wanted, got " + told);
            }
        }
        System.out.println((cases.length - failed) + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static Map<String, String> basic(String source, String user) {
        return Map.of("basic.auth.credentials.source", source, "basic.auth.user.info", user);
    }

    private static Map<String, String> bearer(String token) {
        return Map.of("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", token);
    }

    /** 200; else the status, where the code of the error is the same; else the error as text. */
    private static String told(String url, Map<String, String> settings) {
        Map<String, Object> all = new LinkedHashMap<>(settings);
        try (CachedSchemaRegistryClient client = new CachedSchemaRegistryClient(url, 10, all)) {
            client.getAllSubjects();
            return "200";
        } catch (RestClientException error) {
            return error.getStatus() == error.getErrorCode() ? String.valueOf(error.getStatus()) : error.toString();
        } catch (Exception error) {
            return error.toString();
        }
    }
}
