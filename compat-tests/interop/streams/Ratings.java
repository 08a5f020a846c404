import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import ratings.Alert;
import ratings.Envelope;
import ratings.Rating;

/**
 * Ratings BROKERS REGISTRY TOPIC ALERTS COUNTRIES MOVES STATE: a topology over the rating pipeline's topic.
 *
 * <p>Low ratings go to ALERTS, the rows of each country to COUNTRIES, with a serde of SpecificRecords. It ends
 * after so many MOVES: rows that came to a country or left it.
 */
public final class Ratings {
  private static Map<String, Object> settings;

  @SuppressWarnings("unchecked")
  private static <T> Serde<T> serde(boolean isKey) {
    KafkaAvroSerializer serializer = new KafkaAvroSerializer();
    KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer();
    serializer.configure(settings, isKey);
    deserializer.configure(settings, isKey);
    return Serdes.serdeFrom((Serializer<T>) (Serializer<?>) serializer, (Deserializer<T>) (Deserializer<?>) deserializer);
  }

  public static void main(String[] arguments) throws Exception {
    settings = Map.of("schema.registry.url", arguments[1], "specific.avro.reader", true);
    AtomicLong moves = new AtomicLong(Long.parseLong(arguments[5]));
    CountDownLatch done = new CountDownLatch(1);
    Serde<Envelope> changes = serde(false);
    Serde<Alert> alerts = serde(false);
    Serde<CharSequence> countries = serde(true);
    Serde<Long> counts = serde(false);

    StreamsBuilder builder = new StreamsBuilder();
    KStream<Long, Envelope> all =
        builder.stream(arguments[2], Consumed.with(Ratings.<Long>serde(true), changes));
    all.filter((id, change) -> change.getAfter() != null && change.getAfter().getRate() < 3)
        .mapValues(Ratings::alert)
        .to(arguments[3], Produced.with(Ratings.<Long>serde(true), alerts));
    all.flatMap((id, change) -> moves(change))
        .groupByKey(Grouped.with(countries, counts))
        .aggregate(
            () -> 0L,
            (country, move, sum) -> {
              if (moves.decrementAndGet() == 0) {
                done.countDown();
              }
              return sum + move;
            },
            Materialized.with(countries, counts))
        .toStream()
        .to(arguments[4], Produced.with(countries, counts));

    Properties properties = new Properties();
    properties.put("application.id", "interop-streams");
    properties.put("bootstrap.servers", arguments[0]);
    properties.put("auto.offset.reset", "earliest");
    properties.put("state.dir", arguments[6]);
    properties.put("commit.interval.ms", 200);
    properties.put("default.deserialization.exception.handler", LogAndContinueExceptionHandler.class);
    KafkaStreams streams = new KafkaStreams(builder.build(), properties);
    streams.start();
    boolean ended = done.await(120, TimeUnit.SECONDS);
    streams.close(Duration.ofSeconds(30));
    System.out.println((ended ? "1 passed, 0 failed" : "0 passed, 1 failed: " + moves + " moves of rows did not come"));
    System.exit(ended ? 0 : 1);
  }

  private static Alert alert(Envelope change) {
    Rating rating = change.getAfter();
    return new Alert(change.getSource().getLsn(), rating.getCustomerName(), rating.getCountry(), rating.getRate());
  }

  private static List<KeyValue<CharSequence, Long>> moves(Envelope change) {
    List<KeyValue<CharSequence, Long>> moves = new ArrayList<>();
    if (change.getBefore() != null) {
      moves.add(KeyValue.pair(change.getBefore().getCountry().toString(), -1L));
    }
    if (change.getAfter() != null) {
      moves.add(KeyValue.pair(change.getAfter().getCountry().toString(), 1L));
    }
    return moves;
  }
}
