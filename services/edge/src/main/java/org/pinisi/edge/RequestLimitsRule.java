package org.pinisi.edge;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// What a request may be; narrower than the edge's own [EdgeLimits], never wider.
///
/// @param bodyBytes longest body, else 413; empty for the edge's limit
/// @param headBytes longest head (256 bytes or more), else 431; empty for the edge's limit
/// @param methods which methods are allowed, else 405; an empty list (the default) for all; HEAD must be
///     named
public record RequestLimitsRule(OptionalLong bodyBytes, OptionalLong headBytes, List<String> methods) {
    private static final RequestLimitsRule NONE =
            new RequestLimitsRule(OptionalLong.empty(), OptionalLong.empty(), List.of());
    private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,19}");

    /// @throws EdgeException when a limit is too small, or a method malformed
    public RequestLimitsRule {
        bodyBytes.ifPresent(bytes -> Expect.between("body", bytes, 0, Long.MAX_VALUE));
        headBytes.ifPresent(bytes -> Expect.between("head", bytes, 256, 1 << 20));
        methods = methods("methods", methods);
    }

    static List<String> methods(String field, List<String> methods) {
        Expect.atMost(field, methods, 32);
        for (int i = 0; i < methods.size(); i++) {
            Expect.form(field + "[" + i + "]", methods.get(i), METHOD, "a method such as GET, in capitals");
        }
        return List.copyOf(methods);
    }

    /// The edge's own limits.
    public static RequestLimitsRule none() {
        return NONE;
    }
}
