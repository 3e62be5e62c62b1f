import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The plain job on Kafka Streams: the processor API, two cached RocksDB stores with their changelog topics, compact binary records.
 *
 * Settings for throughput: one thread a core, 2,000 records a poll, batches of 128 KiB, 20 ms of linger, lz4, 64 MiB of cache before
 * the stores; commits every 100 ms, which is the default of exactly_once_v2 (and 1 s at least once).
 */
public class Peer {
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Data(String petitioner, String channel, int level, String category) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Event(String id, String type, String time, String subject, String partitionkey, Data data) {}

  public record Finding(String kind, String event, String matter, String county, String petitioner, String category,
                        String prev, int n, String time) {}

  public record Matter(int count, String last, String first, int accepted) {}

  public record Known(String matter, int count) {}

  static final ObjectMapper JSON = new ObjectMapper();
  static final Map<String, String> TOLD = System.getenv();

  interface Writing<T> { void to(DataOutputStream out, T value) throws IOException; }

  interface Reading<T> { T from(DataInputStream in) throws IOException; }

  static <T> Serde<T> binary(Writing<T> writing, Reading<T> reading) {
    Serializer<T> writes = (topic, value) -> {
      if (value == null) return null;
      var bytes = new ByteArrayOutputStream(64);
      try { writing.to(new DataOutputStream(bytes), value); } catch (IOException e) { throw new UncheckedIOException(e); }
      return bytes.toByteArray();
    };
    Deserializer<T> reads = (topic, bytes) -> {
      if (bytes == null) return null;
      try { return reading.from(new DataInputStream(new ByteArrayInputStream(bytes))); } catch (IOException e) { throw new UncheckedIOException(e); }
    };
    return Serdes.serdeFrom(writes, reads);
  }

  static final Serde<Matter> MATTER = binary(
      (out, it) -> { out.writeInt(it.count()); out.writeInt(it.accepted()); out.writeUTF(it.last()); out.writeUTF(it.first()); },
      in -> { int count = in.readInt(), accepted = in.readInt(); return new Matter(count, in.readUTF(), in.readUTF(), accepted); });
  static final Serde<Known> KNOWN = binary(
      (out, it) -> { out.writeInt(it.count()); out.writeUTF(it.matter()); },
      in -> { int count = in.readInt(); return new Known(in.readUTF(), count); });

  static Deserializer<Event> events() {
    ObjectReader reader = JSON.readerFor(Event.class);
    return (topic, bytes) -> {
      try { return bytes == null ? null : reader.readValue(bytes); } catch (IOException e) { throw new UncheckedIOException(e); }
    };
  }

  static Serializer<Finding> findings() {
    ObjectWriter writer = JSON.writerFor(Finding.class);
    return (topic, value) -> {
      try { return value == null ? null : writer.writeValueAsBytes(value); } catch (IOException e) { throw new UncheckedIOException(e); }
    };
  }

  static volatile boolean noted = false;

  static synchronized void note() {
    if (noted) return;
    noted = true;
    try {
      Files.writeString(Path.of(TOLD.get("PEER_FIRST")), String.valueOf(System.currentTimeMillis() / 1000.0));
    } catch (IOException e) { throw new UncheckedIOException(e); }
  }

  static class Judge implements Processor<String, Event, String, Finding> {
    ProcessorContext<String, Finding> context;
    KeyValueStore<String, Matter> matters;
    KeyValueStore<String, Known> petitioners;

    @Override public void init(ProcessorContext<String, Finding> given) {
      context = given;
      matters = given.getStateStore("matters");
      petitioners = given.getStateStore("petitioners");
    }

    @Override public void process(Record<String, Event> record) {
      if (!noted) note();
      Event event = record.value();
      Data data = event.data();
      Matter before = matters.get(event.subject());
      int accepted = event.type().equals("petition.accepted") ? data.level() : before == null ? 0 : before.accepted();
      matters.put(event.subject(), new Matter(before == null ? 1 : before.count() + 1, event.type(),
                                              before == null ? event.time() : before.first(), accepted));
      if (!event.type().equals("petition.registered")) return;
      String who = data.petitioner() + "|" + data.category();
      Known known = petitioners.get(who);
      int number = known == null ? 1 : known.count() + 1;
      petitioners.put(who, new Known(event.subject(), number));
      if (known != null) say(record, "repeat", known.matter(), number);
      if (data.channel().equals("visit") && data.level() > accepted + 1) say(record, "cross-level", null, accepted);
    }

    void say(Record<String, Event> record, String kind, String previous, int number) {
      Event event = record.value();
      context.forward(record.withValue(new Finding(kind, event.id(), event.subject(), event.partitionkey(),
          event.data().petitioner(), event.data().category(), previous, number, event.time())));
    }
  }

  public static void main(String[] none) throws Exception {
    var settings = new Properties();
    settings.put("application.id", TOLD.get("PEER_GROUP"));
    settings.put("bootstrap.servers", TOLD.get("PEER_BOOTSTRAP"));
    settings.put("processing.guarantee", TOLD.get("PEER_GUARANTEE"));
    settings.put("state.dir", TOLD.get("PEER_STATE"));
    settings.put("num.stream.threads", TOLD.getOrDefault("PEER_THREADS", "2"));
    settings.put("commit.interval.ms", TOLD.getOrDefault("PEER_COMMIT_MS", "100"));
    settings.put("statestore.cache.max.bytes", String.valueOf(Long.parseLong(TOLD.getOrDefault("PEER_CACHE_MB", "64")) << 20));
    settings.put("replication.factor", "1");
    settings.put("topology.optimization", "all");
    settings.put("consumer.auto.offset.reset", "earliest");
    settings.put("consumer.max.poll.records", "2000");
    settings.put("producer.linger.ms", "20");
    settings.put("producer.batch.size", "131072");
    settings.put("producer.compression.type", "lz4");
    var topology = new Topology();
    topology.addSource("log", new StringDeserializer(), events(), TOLD.get("PEER_LOG"));
    topology.addProcessor("judge", Judge::new, "log");
    topology.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("matters"), Serdes.String(), MATTER).withCachingEnabled(), "judge");
    topology.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("petitioners"), Serdes.String(), KNOWN).withCachingEnabled(), "judge");
    topology.addSink("findings", TOLD.get("PEER_FINDINGS"), new StringSerializer(), findings(), "judge");
    var streams = new KafkaStreams(topology, settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(10))));
    streams.setUncaughtExceptionHandler(error -> { error.printStackTrace(); Runtime.getRuntime().halt(1); return null; });
    streams.start();
    new CountDownLatch(1).await();
  }
}
