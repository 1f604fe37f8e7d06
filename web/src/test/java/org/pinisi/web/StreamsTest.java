package org.pinisi.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.pinisi.deployer.Changes;
import org.pinisi.http.EventSource;
import org.pinisi.http.HttpException;
import org.pinisi.http.ServerEvent;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

final class StreamsTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Scene.NOW);
    private final FakeDeployments fake = new FakeDeployments();

    @Test
    void aFinishedLogIsSentWholeAndThenItsEnd() throws Exception {
        fake.logs.put("job/1", FakeLog.of("one\n\u001b[31mtwo\u001b[0m\n"));
        FakeSink sink = new FakeSink(Optional.empty());
        new JobEvents(fake, "job/1", 0, CLOCK).run(sink);
        assertThat(sink.events())
                .containsExactly(
                        new ServerEvent("17", "text", "[[\"\",\"one\\n\"],[\"red\",\"two\"],[\"\",\"\\n\"]]"),
                        LogEvents.end());
        assertThat(fake.open).hasValue(0);
    }

    @Test
    void aReaderWhoComesBackGoesOnBehindTheLastEventHeSaw() throws Exception {
        byte[] whole = "eins\nzwei ✓\ndrei\nvier ohne Ende 🌊".getBytes(UTF_8);
        FakeLog log = new FakeLog();
        log.write(whole);
        log.end();
        fake.logs.put("job/1", log);
        for (int pieces = 1; pieces <= whole.length; pieces++) {
            fake.pieces = pieces;
            FakeSink first = new FakeSink(Optional.empty());
            new JobEvents(fake, "job/1", 0, CLOCK).run(first);
            List<ServerEvent> texts = first.events().subList(0, first.events().size() - 1);
            for (ServerEvent seen : texts) {
                int offset = Integer.parseInt(seen.id());
                FakeSink second = new FakeSink(Optional.of(seen.id()));
                new JobEvents(fake, "job/1", 0, CLOCK).run(second);
                String rest = new String(Arrays.copyOfRange(whole, offset, whole.length), UTF_8);
                assertThat(text(second))
                        .as("pieces of %d, from %d", pieces, offset)
                        .isEqualTo(rest);
            }
        }
    }

    @Test
    void aSenselessOffsetBeginsWhereThePageSaid() throws Exception {
        fake.logs.put("job/1", FakeLog.of("one\ntwo\n"));
        FakeSink sink = new FakeSink(Optional.of("-7; drop"));
        new JobEvents(fake, "job/1", 4, CLOCK).run(sink);
        assertThat(text(sink)).isEqualTo("two\n");
    }

    @Test
    void whatIsWrittenLaterFollows() throws Exception {
        FakeLog log = new FakeLog();
        fake.logs.put("job/1", log);
        FakeSink sink = new FakeSink(Optional.empty());
        Thread stream = start(new JobEvents(fake, "job/1", 0, CLOCK), sink);
        log.write("one\n");
        await().untilAsserted(() -> assertThat(text(sink)).isEqualTo("one\n"));
        log.write("two\n");
        log.end();
        stream.join();
        assertThat(text(sink)).isEqualTo("one\ntwo\n");
        assertThat(sink.names()).endsWith("end");
    }

    @Test
    void anUnfinishedLineIsShownWhenNothingFollows() {
        FakeLog log = new FakeLog();
        log.write("downloading …");
        fake.logs.put("job/1", log);
        FakeSink sink = new FakeSink(Optional.empty());
        Thread stream = start(new JobEvents(fake, "job/1", 0, CLOCK), sink);
        await().untilAsserted(() -> assertThat(text(sink)).isEqualTo("downloading …"));
        stream.interrupt();
    }

    @Test
    void aReaderWhoLeavesFreesTheLog() throws Exception {
        fake.logs.put("job/1", new FakeLog());
        Thread stream = start(new JobEvents(fake, "job/1", 0, CLOCK), new FakeSink(Optional.empty()));
        await().untilAsserted(() -> assertThat(fake.open).hasValue(1));
        stream.interrupt();
        stream.join();
        assertThat(fake.open).hasValue(0);
    }

    @Test
    void aStreamEndsAfterItsLongestTimeSoThatTheReaderComesAgain() throws Exception {
        fake.logs.put("job/1", new FakeLog());
        AtomicInteger asked = new AtomicInteger();
        InstantSource jumping = () -> asked.getAndIncrement() == 0 ? Scene.NOW : late();
        FakeSink sink = new FakeSink(Optional.empty());
        new JobEvents(fake, "job/1", 0, jumping).run(sink);
        assertThat(sink.events()).isEmpty();
    }

    @Test
    void aConsoleBeginsAfreshEachTime() throws Exception {
        fake.console.write("listening\n");
        fake.console.end();
        FakeSink sink = new FakeSink(Optional.of("9"));
        new ConsoleEvents(fake, "clock", 100, CLOCK).run(sink);
        assertThat(sink.names()).containsExactly("begin", "text", "end");
        assertThat(text(sink)).isEqualTo("listening\n");
    }

    @Test
    void aChangeSinceThePageWasMadeIsToldAtOnce() throws Exception {
        Changes changes = new Changes();
        changes.signal();
        FakeSink sink = new FakeSink(Optional.empty());
        Thread stream = start(new ChangeEvents(changes, "mark", Optional.of("mark-0"), CLOCK), sink);
        await().untilAsserted(
                        () -> assertThat(sink.events()).containsExactly(new ServerEvent("mark-1", "changed", "{}")));
        stop(stream);
    }

    @Test
    void aPageOfAnEarlierStartIsToldAtOnce() throws Exception {
        FakeSink sink = new FakeSink(Optional.of("other-0"));
        Thread stream = start(new ChangeEvents(new Changes(), "mark", Optional.of("mark-0"), CLOCK), sink);
        await().untilAsserted(() -> assertThat(sink.names()).containsExactly("changed"));
        stop(stream);
    }

    @Test
    void everyLaterChangeIsTold() throws Exception {
        Changes changes = new Changes();
        FakeSink sink = new FakeSink(Optional.empty());
        Thread stream = start(new ChangeEvents(changes, "mark", Optional.empty(), CLOCK), sink);
        await().untilAsserted(() -> {
            changes.signal();
            assertThat(sink.names()).contains("changed");
        });
        stop(stream);
    }

    @Test
    void aConnectionWithoutNewsIsToldNothing() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        InstantSource jumping = () -> asked.getAndIncrement() == 0 ? Scene.NOW : late();
        FakeSink sink = new FakeSink(Optional.empty());
        new ChangeEvents(new Changes(), "mark", Optional.of("mark-0"), jumping).run(sink);
        assertThat(sink.events()).isEmpty();
    }

    @Test
    void moreStreamsThanTheBoundAreRefused() {
        Streams full = new Streams(fake, CLOCK, "mark", 0);
        assertThatThrownBy(() -> full.changes(Optional.empty()))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("close some of the pages");
    }

    private static Instant late() {
        return Scene.NOW.plus(JobEvents.LONGEST).plusSeconds(1);
    }

    private static Thread start(EventSource source, FakeSink sink) {
        return Thread.ofVirtual().name("stream").start(() -> {
            try {
                source.run(sink);
            } catch (InterruptedException left) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void stop(Thread stream) throws InterruptedException {
        stream.interrupt();
        stream.join();
    }

    private static String text(FakeSink sink) {
        StringBuilder text = new StringBuilder();
        for (ServerEvent event : sink.events()) {
            if (event.event().equals("text")) {
                JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), event.data());
                boolean second = false;
                for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                    if (token == JsonToken.VALUE_STRING) {
                        if (second) {
                            text.append(json.getString());
                        }
                        second = !second;
                    }
                }
            }
        }
        return text.toString();
    }
}
