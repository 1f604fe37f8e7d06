package org.pinisi.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Turns what programs write to a terminal (ECMA-48) into styled text. Colours and weights are kept; every other escape
/// sequence is dropped, for a log must not be able to hide its own lines; so are control characters and the marks that
/// turn
/// the direction of writing. A lone carriage return ends a line.
///
/// Fed piece by piece; a piece may end anywhere. For one thread.
final class AnsiText {
    /// A sequence longer than this is no sequence; what follows is shown.
    private static final int LONGEST_SEQUENCE = 256;

    private static final String[] COLOURS = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

    private enum State {
        TEXT,
        ESCAPE,
        CONTROL,
        STRING,
        STRING_ESCAPE
    }

    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final StringBuilder parameters = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final TreeSet<String> weights = new TreeSet<>();
    private List<TextSpan> spans = new ArrayList<>();
    private byte[] rest = new byte[0];
    private State state = State.TEXT;
    private String colour = "";
    private boolean returned;
    private int length;

    /// The whole of a text.
    static List<TextSpan> of(byte[] bytes) {
        return new AnsiText().next(bytes);
    }

    /// What these bytes add, after all that came before.
    List<TextSpan> next(byte[] bytes) {
        ByteBuffer in = ByteBuffer.allocate(rest.length + bytes.length);
        in.put(rest).put(bytes).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, false);
        rest = new byte[in.remaining()];
        in.get(rest);
        out.flip();
        while (out.hasRemaining()) {
            take(out.get());
        }
        endSpan();
        List<TextSpan> result = List.copyOf(spans);
        spans = new ArrayList<>();
        return result;
    }

    private void take(char c) {
        switch (state) {
            case TEXT -> text(c);
            case ESCAPE -> escape(c);
            case CONTROL -> control(c);
            case STRING -> string(c);
            case STRING_ESCAPE -> state = c == '\\' ? State.TEXT : State.STRING;
        }
    }

    private void text(char c) {
        if (returned && c != '\n') {
            text.append('\n');
        }
        returned = c == '\r';
        if (c == '\u001b') {
            state = State.ESCAPE;
        } else if (c == '\n' || c == '\t' || !isHidden(c)) {
            text.append(c);
        }
    }

    private static boolean isHidden(char c) {
        return c < ' '
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0x200e
                || c == 0x200f
                || c == 0x061c;
    }

    private void escape(char c) {
        parameters.setLength(0);
        length = 0;
        state = switch (c) {
            case '[' -> State.CONTROL;
            case ']', 'P', 'X', '^', '_' -> State.STRING;
            case '\u001b' -> State.ESCAPE;
            default -> c >= ' ' && c <= '/' ? State.ESCAPE : State.TEXT;
        };
        if (c == '\n') {
            text.append(c);
        }
    }

    private void control(char c) {
        if (c >= 0x40 && c <= 0x7e) {
            state = State.TEXT;
            if (c == 'm') {
                style();
            }
        } else if (c < ' ' || parameters.length() == LONGEST_SEQUENCE) {
            state = State.TEXT;
            text(c);
        } else {
            parameters.append(c);
        }
    }

    private void string(char c) {
        length++;
        if (c == '\u0007') {
            state = State.TEXT;
        } else if (c == '\u001b') {
            state = State.STRING_ESCAPE;
        } else if (c == '\n' || length == LONGEST_SEQUENCE) {
            state = State.TEXT;
            text(c);
        }
    }

    private void style() {
        endSpan();
        String[] codes = parameters.toString().split("[;:]", -1);
        for (int i = 0; i < codes.length; i++) {
            int code = number(codes[i]);
            if (code == 38 || code == 48) {
                i += i + 1 < codes.length && number(codes[i + 1]) == 2 ? 4 : 2;
                continue;
            }
            apply(code);
        }
    }

    private static int number(String code) {
        if (code.isEmpty()) {
            return 0;
        }
        return code.length() <= 3 && code.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(code) : -1;
    }

    private void apply(int code) {
        switch (code) {
            case 0 -> {
                colour = "";
                weights.clear();
            }
            case 1 -> weights.add("bold");
            case 2 -> weights.add("dim");
            case 3 -> weights.add("italic");
            case 4 -> weights.add("underline");
            case 22 -> weights.removeAll(List.of("bold", "dim"));
            case 23 -> weights.remove("italic");
            case 24 -> weights.remove("underline");
            case 39 -> colour = "";
            default -> {
                if (code >= 30 && code <= 37) {
                    colour = COLOURS[code - 30];
                } else if (code >= 90 && code <= 97) {
                    colour = COLOURS[code - 90];
                }
            }
        }
    }

    private void endSpan() {
        if (text.isEmpty()) {
            return;
        }
        List<String> names = new ArrayList<>(weights);
        if (!colour.isEmpty()) {
            names.add(colour);
        }
        spans.add(new TextSpan(String.join(" ", names), text.toString()));
        text.setLength(0);
    }
}
