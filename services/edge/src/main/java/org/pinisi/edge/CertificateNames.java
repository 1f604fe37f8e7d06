package org.pinisi.edge;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.pinisi.http.Head;

/// The names that a certificate is for (RFC 9525, section 6.3). Immutable.
final class CertificateNames {
    private static final int DNS = 2;
    private static final int IP = 7;

    private final Set<String> names;

    private CertificateNames(Set<String> names) {
        this.names = names;
    }

    static CertificateNames of(X509Certificate certificate) {
        Set<String> names = new HashSet<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> name : all == null ? List.<List<?>>of() : all) {
                if ((name.get(0).equals(DNS) || name.get(0).equals(IP)) && name.get(1) instanceof String text) {
                    names.add(text.toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException malformed) {
            return new CertificateNames(Set.of());
        }
        return new CertificateNames(names);
    }

    /// Whether one of them is the request's host, or a wildcard that stands for it.
    boolean cover(Head request) {
        String asked = request.text(request.hostStart(), request.hostEnd()).toLowerCase(Locale.ROOT);
        String host = asked.endsWith(".") ? asked.substring(0, asked.length() - 1) : asked;
        if (host.startsWith("[")) {
            return names.contains(address(host));
        }
        int dot = host.indexOf('.');
        return names.contains(host) || (dot > 0 && names.contains("*" + host.substring(dot)));
    }

    /// IPv6 as certificates' names are written here.
    private static String address(String bracketed) {
        InetAddress address = ForwardedList.address(bracketed);
        return address == null ? bracketed : address.getHostAddress();
    }
}
