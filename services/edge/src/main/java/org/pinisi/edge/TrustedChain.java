package org.pinisi.edge;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;
import org.pinisi.http.KnownField;

/// What a trusted proxy says about the way of a request. The client is the last address in the list
/// that is no trusted proxy: what stands before it may be the client's own invention.
///
/// Exactly one field is read, the one that the edge's style names: a proxy that sets one of them and
/// lets the other through would else let clients name themselves.
///
/// @param client who asks
/// @param text the list as it came, to be extended; empty if there was none
/// @param isSecure whether the client speaks TLS with whom it is connected to
/// @param port that the client has reached
/// @param host that the client asked for, if the proxy has changed it
record TrustedChain(
        InetAddress client,
        String text,
        boolean isSecure,
        int port,
        @Nullable String host) {
    private static final int MOST_HOPS = 64;
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\\[[0-9a-fA-F:.]{2,45}](:[0-9]{1,5})?");
    private static final String X_FORWARDED_PORT = "x-forwarded-port";

    static TrustedChain of(Head request, EdgeTrust trust, InetAddress peer, boolean secure, int port) {
        return trust.forwarded() == ForwardedStyle.FORWARDED
                ? standard(request, trust, peer, secure, port)
                : usual(request, trust, peer, secure, port);
    }

    private static TrustedChain usual(Head request, EdgeTrust trust, InetAddress peer, boolean secure, int port) {
        String text = joined(request, KnownField.X_FORWARDED_FOR);
        List<String> hops = ForwardedList.split(text, ',');
        if (hops.isEmpty() || hops.size() > MOST_HOPS) {
            text = "";
            hops = List.of();
        }
        List<@Nullable InetAddress> addresses = new ArrayList<>();
        hops.forEach(hop -> addresses.add(ForwardedList.address(hop)));
        String protocol = last(joined(request, KnownField.X_FORWARDED_PROTO)).toLowerCase(Locale.ROOT);
        String host = last(joined(request, KnownField.X_FORWARDED_HOST));
        return new TrustedChain(
                rightmost(addresses, trust, peer),
                text,
                protocol.isEmpty() ? secure : protocol.equals("https") || protocol.equals("wss"),
                port(request, port),
                HOST.matcher(host).matches() ? host : null);
    }

    private static TrustedChain standard(Head request, EdgeTrust trust, InetAddress peer, boolean secure, int port) {
        String text = joined(request, KnownField.FORWARDED);
        List<String> hops = ForwardedList.split(text, ',');
        if (hops.isEmpty() || hops.size() > MOST_HOPS) {
            text = "";
            hops = List.of();
        }
        List<@Nullable InetAddress> addresses = new ArrayList<>();
        hops.forEach(hop -> addresses.add(ForwardedList.address(ForwardedList.parameter(hop, "for"))));
        String nearest = hops.isEmpty() ? "" : hops.getLast();
        String protocol = ForwardedList.parameter(nearest, "proto").toLowerCase(Locale.ROOT);
        String host = ForwardedList.parameter(nearest, "host");
        return new TrustedChain(
                rightmost(addresses, trust, peer),
                text,
                protocol.isEmpty() ? secure : protocol.equals("https"),
                port,
                HOST.matcher(host).matches() ? host : null);
    }

    private static InetAddress rightmost(List<@Nullable InetAddress> hops, EdgeTrust trust, InetAddress peer) {
        InetAddress known = peer;
        for (int i = hops.size() - 1; i >= 0; i--) {
            InetAddress hop = hops.get(i);
            if (hop == null) {
                return known;
            }
            known = hop;
            if (!trust.isProxy(hop)) {
                return known;
            }
        }
        return known;
    }

    private static int port(Head request, int usual) {
        for (int i = 0; i < request.fieldCount(); i++) {
            if (request.kind(i) == KnownField.OTHER && request.name(i).equalsIgnoreCase(X_FORWARDED_PORT)) {
                String value = request.value(i);
                return value.matches("[1-9][0-9]{0,4}") && Integer.parseInt(value) <= 65_535
                        ? Integer.parseInt(value)
                        : usual;
            }
        }
        return usual;
    }

    private static String joined(Head request, KnownField field) {
        if (!request.has(field)) {
            return "";
        }
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < request.fieldCount(); i++) {
            if (request.kind(i) == field) {
                all.append(all.isEmpty() ? "" : ", ").append(request.value(i));
            }
        }
        return all.toString();
    }

    /// The nearest proxy's word, where there are several.
    private static String last(String list) {
        return list.substring(list.lastIndexOf(',') + 1).strip();
    }
}
