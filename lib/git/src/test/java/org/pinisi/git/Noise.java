package org.pinisi.git;

import java.util.Random;

/// What no compression makes smaller, the same in each run.
final class Noise {
    private Noise() {}

    /// Text of so many characters, all of them printable.
    static String text(int length) {
        return new Random(42)
                .ints(length, ' ', '~')
                .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                .toString();
    }
}
