package org.pinisi.certificates;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Address;

/// The server behind the edge, as an entry names it: `HOST` or `HOST:PORT`.
final class BookTarget {
    private static final int PORT = 80;
    private static final Set<String> PROTOCOLS = Set.of("http/1.1", "h2");

    private BookTarget() {}

    /// @throws CertificateException when it is none
    static void check(String target) {
        address(target);
    }

    /// @throws CertificateException when it is none
    static Address address(String target) {
        boolean bareAddress = target.indexOf(':') != target.lastIndexOf(':') && !target.startsWith("[");
        try {
            boolean hasPort = !bareAddress && target.indexOf(':', target.indexOf(']') + 1) >= 0;
            String host = bareAddress ? "[" + target + "]" : target;
            Address address = Address.parse(hasPort ? target : host + ":" + PORT);
            if (address instanceof Address.Inet(String name, int port) && port > 0 && isHost(name)) {
                return address;
            }
        } catch (IllegalArgumentException malformed) {
            throw wrong(target, malformed);
        }
        throw wrong(target, null);
    }

    /// In lower case, each once.
    ///
    /// @throws CertificateException when there is one that is not known
    static List<String> protocols(List<String> given) {
        List<String> known = given.stream()
                .map(text -> text.strip().toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
        if (!PROTOCOLS.containsAll(known)) {
            throw new CertificateException("\"" + BookText.line(String.join(",", given), BookText.SHORT)
                    + "\" are no protocols of a target; expected are http/1.1, h2 or both");
        }
        return known;
    }

    private static boolean isHost(String name) {
        try {
            return !name.startsWith("*") && !BookName.of(name).isEmpty();
        } catch (CertificateException notAName) {
            return false;
        }
    }

    private static CertificateException wrong(String target, @Nullable Exception cause) {
        String message = "\"" + BookText.line(target, BookText.SHORT)
                + "\" is no target; expected is HOST or HOST:PORT, the host a name or an IP address, the port 1 to"
                + " 65535 (80 without one)";
        return cause == null ? new CertificateException(message) : new CertificateException(message, cause);
    }
}
