package org.pinisi.site;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What Cache-Control says for a path: the first of the rules given that fits; else, for a name that
/// holds a hash of its contents, that it never changes; else that a kept copy must be asked about, which
/// costs a 304.
final class CacheRules {
    static final String REVALIDATE = "no-cache";
    static final String FOREVER = "public, max-age=31536000, immutable";

    /// `app.3f2a9c1b.js`: at least eight hexadecimal digits, letters and digits among them, so that no
    /// date fits.
    private static final Pattern HEX =
            Pattern.compile("(?i).*[._-](?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}(\\.[a-z0-9]+){1,2}");

    /// `index-BX3k2_aD.js`, as Vite, Astro and others name what they bundle.
    private static final Pattern BASE64 = Pattern.compile(
            ".*[.-](?=[\\w-]*[0-9])(?=[\\w-]*[a-z])(?=[\\w-]*[A-Z])[A-Za-z0-9_-]{8}(\\.[a-z0-9]+){1,2}");

    private static final Pattern BUNDLE = Pattern.compile(".*\\.(m?js|css|wasm|woff2?)(\\.map)?");
    private static final List<String> BUNDLE_FOLDERS = List.of("assets", "_astro", "_app", "_next", "immutable");

    private final List<Map.Entry<RulePattern, String>> rules;
    private final boolean hashed;

    CacheRules(List<Map.Entry<RulePattern, String>> rules, boolean hashed) {
        this.rules = List.copyOf(rules);
        this.hashed = hashed;
    }

    String find(List<String> path) {
        for (Map.Entry<RulePattern, String> rule : rules) {
            if (rule.getKey().match(path).isPresent()) {
                return rule.getValue();
            }
        }
        return hashed && isHashed(path) ? FOREVER : REVALIDATE;
    }

    private static boolean isHashed(List<String> path) {
        String name = path.isEmpty() ? "" : path.getLast();
        if (name.endsWith(".html") || name.endsWith(".htm")) {
            return false;
        }
        if (HEX.matcher(name).matches()) {
            return true;
        }
        boolean bundled = BUNDLE.matcher(name).matches() || path.stream().anyMatch(BUNDLE_FOLDERS::contains);
        return bundled && BASE64.matcher(name).matches();
    }
}
