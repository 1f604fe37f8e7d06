package org.pinisi.certificates;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.pinisi.certificates.Refusal.Fault;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpException;
import org.xbill.DNS.CAARecord;

/// Looks, before an authority is asked, whether it would find us behind a name: each refusal by an
/// authority counts against our limits there, ours does not. Blocks; thread-safe.
final class PointsHere implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int TOKEN_BYTES = 24;
    private static final int LONGEST_ANSWER = 1024;
    private static final String WELL_KNOWN = "/.well-known/acme-challenge/";

    private final DnsSettings settings;
    private final Questions questions;
    private final ChallengeBoard board;
    private final SecureRandom random = new SecureRandom();
    private final HttpClient client = HttpClient.builder()
            .connectTime(PATIENCE)
            .answerTime(PATIENCE)
            .idleTime(PATIENCE)
            .keep(0, Duration.ofSeconds(1))
            .build();

    PointsHere(DnsSettings settings, Questions questions, ChallengeBoard board) {
        this.settings = settings;
        this.questions = questions;
        this.board = board;
    }

    /// Whether the world finds us behind a name, as far as the challenge needs that.
    void check(SubjectName name, ChallengeKind kind) throws Refusal, InterruptedException {
        if (!settings.check() || kind == ChallengeKind.DNS) {
            return;
        }
        if (name.isAddress()) {
            if (!own().contains(name.address()) && !reaches(name, name.address())) {
                throw Refusal.before(
                        Fault.NAME,
                        name + " is none of this machine's addresses (" + text(own()) + "), and nobody there answers"
                                + " for us at port " + settings.httpPort(),
                        Optional.empty());
            }
            return;
        }
        checkAddresses(name);
    }

    private void checkAddresses(SubjectName name) throws Refusal, InterruptedException {
        Questions.Addresses found = questions.addresses(name.domain());
        if (!found.exists() || found.all().isEmpty()) {
            String what = found.exists() ? " has no address" : " does not exist";
            throw Refusal.before(
                    Fault.NAME,
                    name + what + alias(found) + ", say " + found.asked() + "; set a record: " + record(name),
                    Optional.empty());
        }
        Set<InetAddress> elsewhere = new LinkedHashSet<>(found.all());
        elsewhere.removeAll(own());
        for (InetAddress address : Set.copyOf(elsewhere)) {
            if (reaches(name, address)) {
                elsewhere.remove(address);
            }
        }
        if (!elsewhere.isEmpty()) {
            throw Refusal.before(
                    Fault.NAME,
                    name + alias(found) + " points to " + text(elsewhere) + ", which is not this machine ("
                            + text(own()) + "); set the record: " + record(name)
                            + ", and remove those that point elsewhere. Behind a NAT or a content network, name the"
                            + " outside addresses or turn the check off",
                    Optional.empty());
        }
    }

    private static String alias(Questions.Addresses found) {
        return found.alias().map(last -> " (an alias of " + last + ")").orElse("");
    }

    private String record(SubjectName name) {
        List<String> records = own().stream()
                .filter(address -> !settings.addresses().isEmpty() || SubjectName.isPublic(address))
                .map(address -> name.domain() + ". " + (address.getAddress().length == 4 ? "A " : "AAAA ")
                        + text(List.of(address)))
                .toList();
        return records.isEmpty()
                ? name.domain() + ". A, with the address under which the world reaches this machine"
                : String.join(" or ", records);
    }

    private static String text(Collection<InetAddress> addresses) {
        return addresses.stream()
                .map(address -> IpText.of(bare(address.getHostAddress())).orElse("?"))
                .collect(Collectors.joining(", "));
    }

    private static String bare(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }

    /// The addresses that we are reached under, as far as we know.
    private Set<InetAddress> own() {
        if (!settings.addresses().isEmpty()) {
            return settings.addresses();
        }
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        } catch (SocketException _) {
            return Set.of();
        }
    }

    /// Whether a token of ours, asked for at that address, comes back: then it is us, whatever the address.
    private boolean reaches(SubjectName name, InetAddress address) throws Refusal, InterruptedException {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = "pinisi-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        ChallengeBoard.Posted posted = board.post(token, token);
        try {
            Address where = Address.inet(bare(address.getHostAddress()), settings.httpPort());
            ClientRequest request = ClientRequest.get(WELL_KNOWN + token).with("Host", host(name));
            try (ClientResponse response = client.send(where, request)) {
                return response.status() == 200
                        && response.bodyAsText(LONGEST_ANSWER).strip().equals(token);
            }
        } catch (HttpException _) {
            return false;
        } finally {
            posted.takeDown();
        }
    }

    private static String host(SubjectName name) {
        return name.text().contains(":") ? "[" + name + "]" : name.domain();
    }

    /// Whether records in DNS let the authority sign (RFC 8659).
    ///
    /// @param permissionNames what they call the authority; empty if that is unknown
    void checkPermission(SubjectName name, String issuer, Collection<String> permissionNames)
            throws Refusal, InterruptedException {
        if (!settings.check() || name.isAddress() || permissionNames.isEmpty()) {
            return;
        }
        List<CAARecord> records = questions.permissions(name.domain());
        boolean wild = name.isWildcard()
                && records.stream().anyMatch(record -> record.getTag().equalsIgnoreCase("issuewild"));
        String tag = wild ? "issuewild" : "issue";
        List<CAARecord> relevant = records.stream()
                .filter(record -> record.getTag().equalsIgnoreCase(tag))
                .toList();
        boolean permitted =
                relevant.isEmpty() || relevant.stream().map(PointsHere::domain).anyMatch(permissionNames::contains);
        if (!permitted) {
            String owner = relevant.getFirst().getName().toString(true);
            throw Refusal.before(
                    Fault.SETTINGS,
                    owner + " has CAA records that let only "
                            + relevant.stream().map(PointsHere::domain).toList() + " sign, not " + issuer
                            + "; add the record: " + owner + ". CAA 0 " + tag + " \""
                            + permissionNames.iterator().next() + "\"",
                    Optional.empty());
        }
    }

    /// Without parameters (RFC 8659, 4.2).
    private static String domain(CAARecord record) {
        return record.getValue().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        client.close();
    }
}
