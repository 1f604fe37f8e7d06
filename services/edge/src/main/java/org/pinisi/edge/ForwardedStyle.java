package org.pinisi.edge;

/// Which fields of a request tell an upstream who the client is.
public enum ForwardedStyle {
    /// `X-Forwarded-For`, `-Proto`, `-Host`, `-Port` and `X-Real-IP`, which most programs read;
    /// `x-forwarded` as a setting.
    X_FORWARDED("x-forwarded"),
    /// The standard's one field (RFC 7239); `forwarded` as a setting.
    FORWARDED("forwarded"),
    /// All of them; `both` as a setting. From trusted proxies the `X-Forwarded-…` fields are read.
    BOTH("both");

    private final String word;

    ForwardedStyle(String word) {
        this.word = word;
    }

    /// The setting's word for it.
    public String word() {
        return word;
    }

    static ForwardedStyle parse(String word) {
        for (ForwardedStyle style : values()) {
            if (style.word.equals(word)) {
                return style;
            }
        }
        throw new EdgeException("forwarded: \"" + word + "\" (expected: x-forwarded, forwarded or both)");
    }

    boolean hasStandard() {
        return this != X_FORWARDED;
    }

    boolean hasUsual() {
        return this != FORWARDED;
    }
}
