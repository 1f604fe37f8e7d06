package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class FieldsTest {
    @Test
    void namesAreComparedWithoutCaseAndOrderIsKept() {
        Fields fields = Fields.of("B", "1", "a", "2", "b", "3");

        assertThat(fields.first("b")).contains("1");
        assertThat(fields.values("B")).containsExactly("1", "3");
        assertThat(fields.withOnly("b", "4").all())
                .containsExactly(new Fields.Field("a", "2"), new Fields.Field("b", "4"));
        assertThat(fields.has("c")).isFalse();
    }

    @Test
    void noValueCanSmuggleInALine() {
        for (String value : new String[] {"a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b", "\u0100"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Fields.of("X", value));
            assertThatIllegalArgumentException().isThrownBy(() -> Response.redirect(302, "/" + value));
        }
        for (String name : new String[] {"", "a b", "a:", "a\r"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Fields.of(name, "x"));
        }
    }

    @Test
    void valuesAreNotPrintedSinceTheyMayBeSecret() {
        assertThat(Fields.of("Authorization", "secret")).hasToString("[Authorization]");
    }
}
