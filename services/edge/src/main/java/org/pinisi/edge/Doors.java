package org.pinisi.edge;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.pinisi.http.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the edge can be reached from outside, as far as this machine knows.
final class Doors {
    private static final Logger log = LoggerFactory.getLogger(Doors.class);

    private final Supplier<List<Address>> listening;
    private final boolean encrypted;

    /// @param listening where clients connect
    /// @param encrypted whether one of these addresses takes TLS
    Doors(Supplier<List<Address>> listening, boolean encrypted) {
        this.listening = listening;
        this.encrypted = encrypted;
    }

    boolean isEncrypted() {
        return encrypted;
    }

    /// The DNS records that lead a host here, one for each address that others can reach. None for names
    /// that are looked up on one machine only, and for the name of all that is left.
    List<String> records(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        boolean local = name.equals("localhost") || name.endsWith(".localhost") || name.equals("*");
        if (local || Character.isDigit(name.charAt(name.length() - 1)) || name.startsWith("[")) {
            return List.of();
        }
        List<String> records = new ArrayList<>();
        for (InetAddress address : outside()) {
            String type = address instanceof Inet4Address ? "A" : "AAAA";
            records.add(name + ". " + type + " " + text(address));
        }
        return records;
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    private List<InetAddress> outside() {
        boolean every = false;
        List<String> only = new ArrayList<>();
        for (Address address : listening.get()) {
            if (address instanceof Address.Inet(String host, int _)) {
                every |= host.isEmpty() || host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
                only.add(host);
            }
        }
        List<InetAddress> result = new ArrayList<>();
        for (InetAddress address : ofThisMachine()) {
            if (every || only.contains(text(address))) {
                result.add(address);
            }
        }
        return result;
    }

    private static List<InetAddress> ofThisMachine() {
        List<InetAddress> result = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress()
                            && !address.isAnyLocalAddress())
                    .filter(address -> !(address instanceof Inet6Address six) || (six.getAddress()[0] & 0xfe) != 0xfc)
                    .forEach(result::add);
        } catch (SocketException unreadable) {
            log.debug("event=interfaces-unreadable cause=\"{}\"", unreadable.toString());
        }
        return result;
    }
}
