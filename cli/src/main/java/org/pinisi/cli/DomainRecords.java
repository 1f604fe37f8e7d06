package org.pinisi.cli;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The records of DNS that lead a name to this machine.
///
/// @param name as it is on the wire
/// @param addresses under which the world reaches this machine; empty when that is not known
/// @param alias a name of this machine, for a CNAME record
record DomainRecords(String name, Set<InetAddress> addresses, Optional<String> alias) {
    DomainRecords {
        addresses = Set.copyOf(addresses);
    }

    /// @param given IP addresses or one name, as --address has them; none = what this machine's
    ///     interfaces say
    static DomainRecords of(String name, List<String> given) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        Optional<String> alias = Optional.empty();
        for (String text : given) {
            try {
                addresses.add(InetAddress.ofLiteral(text));
            } catch (IllegalArgumentException noLiteral) {
                alias = Optional.of(text);
            }
        }
        if (given.isEmpty()) {
            addresses.addAll(ofInterfaces());
        }
        alias.ifPresent(other -> addresses.addAll(lookUp(other)));
        return new DomainRecords(IDN.toASCII(name.strip()).toLowerCase(Locale.ROOT), addresses, alias);
    }

    /// Those of our interfaces that the world can reach.
    private static List<InetAddress> ofInterfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(DomainRecords::isPublic)
                    .toList();
        } catch (SocketException unknown) {
            return List.of();
        }
    }

    private static boolean isPublic(InetAddress address) {
        boolean unique = address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
        return !(address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || unique);
    }

    /// What a person is to set, a line each.
    List<String> lines() {
        if (alias.isPresent()) {
            return List.of(name + ".  CNAME  " + alias.get() + (alias.get().endsWith(".") ? "" : "."));
        }
        List<String> lines = new ArrayList<>();
        for (InetAddress address : addresses) {
            lines.add(name + ".  " + (address instanceof Inet6Address ? "AAAA" : "A") + "  " + text(address));
        }
        if (lines.isEmpty()) {
            lines.add(name
                    + ".  A  the address under which the world reaches this machine (its own are private; say it with"
                    + " --address)");
        }
        return lines;
    }

    /// Whether the name leads here now, as far as can be told; when our address is not known, whether it
    /// leads anywhere.
    boolean leadHere() {
        Set<InetAddress> there = lookUp(name);
        return addresses.isEmpty() ? !there.isEmpty() : there.stream().anyMatch(addresses::contains);
    }

    /// Where a name leads now, as this machine's resolver has it.
    static Set<InetAddress> lookUp(String name) {
        try {
            return Set.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException none) {
            return Set.of();
        }
    }

    static String words(Set<InetAddress> addresses) {
        return addresses.stream().map(DomainRecords::text).sorted().collect(Collectors.joining(", "));
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
