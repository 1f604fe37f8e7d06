package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class EventReaderTest {
    private static EventReader reader(String text) {
        return new EventReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void everyKindOfLineEndIsUnderstood() throws IOException {
        for (String end : new String[] {"\n", "\r", "\r\n"}) {
            EventReader events =
                    reader(": comment\nid: 7\nevent:e\ndata: a\ndata\ndata:  b\nretry: 5\n\n".replace("\n", end));

            assertThat(events.next()).contains(new ServerEvent("7", "e", "a\n\n b"));
            assertThat(events.next()).isEmpty();
        }
    }

    @Test
    void anEventThatIsCutOffIsDropped() throws IOException {
        assertThat(reader("data: a\n").next()).isEmpty();
    }

    @Test
    void anEndlessEventIsRefused() {
        EventReader events = reader("data: " + "x".repeat(2 << 20));

        assertThatThrownBy(events::next).isInstanceOf(HttpException.class);
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        ServerEvent event = new ServerEvent("id", "kind", "one\ntwo\n\nü");

        assertThat(reader(event.toText()).next()).contains(event);
    }

    @Test
    void idAndKindAreOneLine() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerEvent("a\nb", "", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerEvent("", "a\rb", ""));
    }
}
