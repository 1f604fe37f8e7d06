package org.pinisi.web;

import java.util.Locale;

/// How a state is coloured; its word stands beside it always.
enum Tone {
    /// As it should be.
    GOOD,
    /// Going on.
    BUSY,
    /// It serves, but something wants a look.
    WARN,
    /// Broken.
    BAD,
    /// Nothing to say.
    QUIET;

    /// The name in the style sheet.
    String css() {
        return name().toLowerCase(Locale.ROOT);
    }
}
