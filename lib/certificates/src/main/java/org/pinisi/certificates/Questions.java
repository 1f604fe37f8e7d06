package org.pinisi.certificates;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pinisi.certificates.Refusal.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CAARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Questions to the domain name system. Blocks; each question waits 3 s at most, twice. Thread-safe.
final class Questions {
    private static final Logger LOG = LoggerFactory.getLogger(Questions.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MOST_ALIASES = 8;
    private static final int MOST_SERVERS = 6;

    private final DnsSettings settings;

    Questions(DnsSettings settings) {
        this.settings = settings;
    }

    /// What is known of a name's addresses.
    ///
    /// @param asked whom we asked, for people
    /// @param alias the last name of the chain of aliases, if there is one
    record Addresses(boolean exists, Set<InetAddress> all, Optional<String> alias, String asked) {}

    /// The name's addresses, aliases followed.
    Addresses addresses(String host) throws Refusal, InterruptedException {
        Name name = name(host);
        String asked = "";
        for (int hop = 0; hop <= MOST_ALIASES; hop++) {
            List<InetSocketAddress> servers = settings.authoritative() ? authorities(name) : List.of();
            boolean recurse = servers.isEmpty();
            asked = recurse ? "our resolver" : "the servers of its zone";
            Message four = askAny(recurse ? resolvers() : servers, name, Type.A, recurse);
            Message six = askAny(recurse ? resolvers() : servers, name, Type.AAAA, recurse);
            Set<InetAddress> found = new LinkedHashSet<>();
            Optional<Name> alias = collect(four, found).or(() -> collect(six, found));
            collect(six, found);
            Optional<String> last = hop == 0 ? Optional.empty() : Optional.of(name.toString(true));
            if (!found.isEmpty() || alias.isEmpty()) {
                boolean exists = four.getRcode() != Rcode.NXDOMAIN || six.getRcode() != Rcode.NXDOMAIN;
                return new Addresses(exists, found, last, asked);
            }
            name = alias.get();
        }
        throw Refusal.before(
                Fault.NAME, host + ": more than " + MOST_ALIASES + " aliases (CNAME) in a row", Optional.empty());
    }

    /// Adds addresses; returns the last alias.
    private static Optional<Name> collect(Message message, Set<InetAddress> into) {
        Optional<Name> alias = Optional.empty();
        for (Record record : message.getSection(Section.ANSWER)) {
            switch (record) {
                case ARecord four -> into.add(four.getAddress());
                case AAAARecord six -> into.add(six.getAddress());
                case CNAMERecord other -> alias = Optional.of(other.getTarget());
                default -> {} // signatures, say
            }
        }
        return alias;
    }

    /// The records that say which authorities may sign for the name: those of the nearest domain that has
    /// any (RFC 8659, 3).
    List<CAARecord> permissions(String host) throws Refusal, InterruptedException {
        Name name = name(host);
        while (name.labels() > 1) {
            List<CAARecord> found = new ArrayList<>();
            for (Record record : askAny(resolvers(), name, Type.CAA, true).getSection(Section.ANSWER)) {
                if (record instanceof CAARecord permission) {
                    found.add(permission);
                }
            }
            if (!found.isEmpty()) {
                return found;
            }
            name = new Name(name, 1);
        }
        return List.of();
    }

    /// The servers of the zone that the name is in; empty if they cannot be found.
    List<InetSocketAddress> authorities(Name name) throws Refusal, InterruptedException {
        for (Name zone = name; zone.labels() > 1; zone = new Name(zone, 1)) {
            List<InetSocketAddress> servers = new ArrayList<>();
            for (Record record : serversOf(zone)) {
                if (record instanceof NSRecord server
                        && record.getName().equals(zone)
                        && servers.size() < MOST_SERVERS) {
                    addAddresses(server.getTarget(), servers);
                }
            }
            if (!servers.isEmpty()) {
                return servers;
            }
        }
        return List.of();
    }

    /// What our resolver cannot say about one zone, it may say about the one above.
    private List<Record> serversOf(Name zone) throws InterruptedException {
        try {
            return askAny(resolvers(), zone, Type.NS, true).getSection(Section.ANSWER);
        } catch (Refusal _) {
            return List.of();
        }
    }

    private void addAddresses(Name server, List<InetSocketAddress> into) throws Refusal, InterruptedException {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        collect(askAny(resolvers(), server, Type.A, true), addresses);
        if (addresses.isEmpty()) {
            collect(askAny(resolvers(), server, Type.AAAA, true), addresses);
        }
        addresses.stream().limit(1).forEach(address -> into.add(new InetSocketAddress(address, settings.serverPort())));
    }

    /// Whether that server shows this text under the name. A server that does not answer shows nothing.
    boolean shows(InetSocketAddress server, Name name, String text, boolean recurse) throws InterruptedException {
        try {
            for (Record record : ask(server, name, Type.TXT, recurse).getSection(Section.ANSWER)) {
                if (record instanceof TXTRecord texts
                        && String.join("", texts.getStrings()).equals(text)) {
                    return true;
                }
            }
            return false;
        } catch (IOException _) {
            return false;
        }
    }

    List<InetSocketAddress> resolvers() {
        return settings.resolvers().isEmpty()
                ? ResolverConfig.getCurrentConfig().servers()
                : settings.resolvers();
    }

    private Message askAny(List<InetSocketAddress> servers, Name name, int type, boolean recurse)
            throws Refusal, InterruptedException {
        String trouble = "no server to ask";
        for (InetSocketAddress server : servers) {
            try {
                Message answer = ask(server, name, type, recurse);
                if (answer.getRcode() == Rcode.NOERROR || answer.getRcode() == Rcode.NXDOMAIN) {
                    return answer;
                }
                trouble = server + " says " + Rcode.string(answer.getRcode());
            } catch (IOException e) {
                trouble = server + ": " + e.getMessage();
            }
        }
        throw Refusal.before(
                Fault.NAME,
                "the domain name system cannot be asked about " + name.toString(true) + " " + Type.string(type) + ": "
                        + BookText.line(trouble, BookText.SHORT),
                Optional.empty());
    }

    private static Message ask(InetSocketAddress server, Name name, int type, boolean recurse)
            throws IOException, InterruptedException {
        SimpleResolver resolver = new SimpleResolver(server);
        resolver.setTimeout(PATIENCE);
        Message question = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        if (!recurse) {
            question.getHeader().unsetFlag(Flags.RD);
        }
        return send(resolver, question);
    }

    /// Sends a message, once more if the first time fails: networks lose datagrams, and servers close connections
    /// that wait for the next message. Only for what may arrive twice.
    static Message send(SimpleResolver resolver, Message message) throws IOException, InterruptedException {
        try {
            return resolver.send(message);
        } catch (IOException e) {
            if (Thread.interrupted() || e instanceof InterruptedIOException) {
                throw (InterruptedException) new InterruptedException("interrupted").initCause(e);
            }
            LOG.debug("event=dns-again reason=\"{}\"", e.getMessage());
            return resolver.send(message);
        }
    }

    static Name name(String host) {
        try {
            return Name.fromString(host, Name.root);
        } catch (TextParseException e) {
            throw new CertificateException("name " + host + " cannot be asked for: " + e.getMessage(), e);
        }
    }
}
