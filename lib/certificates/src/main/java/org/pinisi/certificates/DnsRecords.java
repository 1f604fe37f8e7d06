package org.pinisi.certificates;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.pinisi.certificates.Refusal.Fault;
import org.pinisi.process.Command;
import org.pinisi.process.Finished;
import org.pinisi.process.Launch;
import org.pinisi.process.Limits;
import org.pinisi.process.Marker;
import org.pinisi.process.Output;
import org.pinisi.process.Processes;
import org.pinisi.process.Sandbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Update;

/// Puts the records of DNS-01 into zones and takes them out again. Blocks; thread-safe.
final class DnsRecords {
    private static final Logger LOG = LoggerFactory.getLogger(DnsRecords.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final int SAID = 1000;
    private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG");

    private final List<DnsProvider> providers;
    private final Questions questions;
    private final DnsSettings settings;
    private final Patience patience;

    DnsRecords(List<DnsProvider> providers, Questions questions, DnsSettings settings, Patience patience) {
        this.providers = List.copyOf(providers);
        this.questions = questions;
        this.settings = settings;
        this.patience = patience;
    }

    /// Whether records for that name can be set.
    boolean serves(SubjectName name) {
        return provider(name).isPresent();
    }

    private Optional<DnsProvider> provider(SubjectName name) {
        return providers.stream()
                .filter(provider -> !name.isAddress() && name.endsWith(provider.domain()))
                .max(Comparator.comparingInt(provider -> provider.domain().length()));
    }

    /// Sets the record and waits until every server of the zone shows it.
    ChallengeBoard.Posted post(SubjectName subject, String record, String value) throws Refusal, InterruptedException {
        DnsProvider provider = provider(subject)
                .orElseThrow(() -> Refusal.before(
                        Fault.SETTINGS,
                        subject + ": dns-01 needs a DNS provider for the domain (configure an update key or a hook)",
                        Optional.empty()));
        change(provider, true, record, value);
        ChallengeBoard.Posted posted = () -> remove(provider, record, value);
        try {
            awaitShown(record, value);
            return posted;
        } catch (Refusal | InterruptedException e) {
            posted.takeDown();
            throw e;
        }
    }

    private void remove(DnsProvider provider, String record, String value) throws InterruptedException {
        try {
            change(provider, false, record, value);
        } catch (Refusal e) {
            LOG.warn("event=dns-record-left name={} reason=\"{}\"", record, e.words());
        }
    }

    private void change(DnsProvider provider, boolean add, String record, String value)
            throws Refusal, InterruptedException {
        switch (provider) {
            case DnsProvider.Update update -> update(update, add, record, value);
            case DnsProvider.Hook hook -> run(hook, add, record, value);
        }
    }

    private static void update(DnsProvider.Update provider, boolean add, String record, String value)
            throws Refusal, InterruptedException {
        String what = record + " at " + provider.server();
        try {
            Update update = new Update(Questions.name(provider.domain()), DClass.IN);
            TXTRecord text = new TXTRecord(
                    Questions.name(record), DClass.IN, provider.timeToLive().toSeconds(), value);
            if (add) {
                update.add(text);
            } else {
                update.delete(text);
            }
            SimpleResolver server = new SimpleResolver(provider.server());
            server.setTCP(true);
            server.setTimeout(PATIENCE);
            provider.key().ifPresent(key -> server.setTSIGKey(signer(key)));
            Message answer = Questions.send(server, update);
            if (answer.getRcode() != Rcode.NOERROR) {
                throw Refusal.before(
                        Fault.SETTINGS,
                        "the update of " + what + " was refused: " + Rcode.string(answer.getRcode())
                                + "; look at the key, and whether the server lets it change " + provider.domain(),
                        Optional.empty());
            }
        } catch (IOException e) {
            throw Refusal.before(Fault.NAME, "the update of " + what + " failed: " + e.getMessage(), Optional.empty());
        }
    }

    private static TSIG signer(DnsProvider.TransactionKey key) {
        return new TSIG(key.algorithm(), key.name(), key.secret());
    }

    private static void run(DnsProvider.Hook hook, boolean add, String record, String value)
            throws Refusal, InterruptedException {
        List<String> arguments = new java.util.ArrayList<>(hook.command());
        arguments.addAll(List.of(add ? "present" : "cleanup", record, value));
        Map<String, String> environment = new HashMap<>();
        INHERITED.forEach(
                name -> Optional.ofNullable(System.getenv(name)).ifPresent(own -> environment.put(name, own)));
        AtomicReference<String> said = new AtomicReference<>("");
        Launch launch = new Launch(
                new Command(arguments, Path.of("/"), environment),
                new Marker("PINISI_DNS_HOOK", UUID.randomUUID().toString()),
                new Output.Lines(
                        line -> said.updateAndGet(before -> before.length() > SAID ? before : before + " " + line)),
                new Sandbox.None(),
                Limits.none());
        String what = "the DNS hook " + hook.command().getFirst();
        try {
            Finished finished = Processes.detect().run(launch, hook.deadline(), GRACE);
            if (!finished.succeeded()) {
                String end = finished.timedOut()
                        ? "took longer than " + hook.deadline()
                        : "failed (" + finished.exit() + ")";
                throw Refusal.before(
                        Fault.NAME,
                        what + " " + end + " for " + record + ": " + BookText.line(said.get(), SAID),
                        Optional.empty());
            }
        } catch (org.pinisi.process.ProcessException e) {
            throw Refusal.before(Fault.SETTINGS, what + " cannot be run: " + e.getMessage(), Optional.empty());
        }
    }

    private void awaitShown(String record, String value) throws Refusal, InterruptedException {
        Name name = Questions.name(record);
        List<InetSocketAddress> servers = settings.authoritative() ? questions.authorities(name) : List.of();
        boolean recurse = servers.isEmpty();
        List<InetSocketAddress> asked = recurse ? questions.resolvers() : servers;
        Patience.Deadline deadline = patience.deadline(settings.propagation());
        while (true) {
            InetSocketAddress missing = null;
            for (InetSocketAddress server : asked) {
                if (!questions.shows(server, name, value, recurse)) {
                    missing = server;
                    break;
                }
            }
            if (missing == null) {
                return;
            }
            if (!deadline.pause(BETWEEN_LOOKS)) {
                throw Refusal.before(
                        Fault.NAME,
                        record + " was set, but " + missing + " does not show it after " + settings.propagation(),
                        Optional.empty());
            }
        }
    }
}
