package org.pinisi.cli;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.pinisi.deployer.DomainView;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pinisi domain add | list | remove`: an app's names on the internet.
@Command(
        name = "domain",
        description = {
            "Lists, adds and removes an app's names on the internet.",
            "They stand beside `domains` in pinisi.yaml, and hold over all releases. A certificate comes by itself once the name"
                    + " points here."
        },
        subcommands = {DomainCommands.Add.class, DomainCommands.ListAll.class, DomainCommands.Remove.class},
        synopsisSubcommandLabel = "(add | list | remove)")
final class DomainCommands implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new CommandException(ExitCodes.USAGE, "say what to do: pinisi domain add | list | remove APP …");
    }

    @Command(
            name = "add",
            description = {
                "Gives an app a name on the internet.",
                "Says which record to set at whoever keeps the name's zone, waits until it is there, then for the certificate, and"
                        + " prints the address. Ctrl-C ends only the waiting; the edge goes on by itself."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  pinisi domain add shop shop.example.org",
                "  pinisi domain add shop www.shop.example.org --redirect shop.example.org --no-wait",
                "  pinisi domain add shop shop.example.org --address 203.0.113.7"
            })
    static final class Add implements Callable<Integer> {
        @Mixin
        private CommandScope scope = new CommandScope();

        @Parameters(index = "0", paramLabel = "APP", description = "The app.")
        private String app = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "The name, such as shop.example.org.")
        private String name = "";

        @Option(
                names = "--redirect",
                paramLabel = "NAME",
                description = "Send whoever asks for the new name to this other one of the app.")
        private Optional<String> redirect = Optional.empty();

        @Option(
                names = "--address",
                paramLabel = "ADDRESS",
                description =
                        "Under which the world reaches this machine: an IP address, or a name for a CNAME record. Without it,"
                                + " the addresses of this machine's interfaces.")
        private List<String> addresses = List.of();

        @Option(names = "--no-wait", description = "Only note the name and say which record to set.")
        private boolean noWait;

        @Option(
                names = "--wait",
                paramLabel = "TIME",
                defaultValue = "1h",
                converter = Amounts.Time.class,
                description = "How long to wait at most (default: ${DEFAULT-VALUE}).")
        private Duration patience = Duration.ofHours(1);

        @Override
        public Integer call() throws Exception {
            DataFolder data = scope.data();
            Control.call(data, client -> client.addDomain(app, name, redirect));
            Whereabouts at = Control.whereabouts(data)
                    .orElseThrow(() -> new CommandException(ExitCodes.NOT_RUNNING, "Pinisi was stopped meanwhile"));
            DomainRecords records = DomainRecords.of(name, addresses);
            scope.out().println(name + "  belongs to " + app + " now");
            records.lines().forEach(line -> scope.out().println("set     " + line));
            scope.out().flush();
            if (noWait) {
                return ExitCodes.DONE;
            }
            DomainWait wait = new DomainWait(scope.out(), patience);
            wait.untilNamed(records);
            if (at.edgeTls().isEmpty()) {
                scope.out()
                        .println("live    " + at.edge().replaceFirst("//[^:/]*", "//" + records.name())
                                + "   (without TLS: --edge-tls is off)");
                return ExitCodes.DONE;
            }
            try (EdgeClient edge = new EdgeClient(data.edgeSocket())) {
                wait.untilCertified(edge, records.name());
            }
            scope.out()
                    .println("live    "
                            + at.edgeTls()
                                    .get()
                                    .replaceFirst("//[^:/]*", "//" + records.name())
                                    .replaceFirst(":443$", ""));
            return ExitCodes.DONE;
        }
    }

    @Command(
            name = "list",
            description = "Lists an app's names on the internet, with the state of DNS and certificate.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private CommandScope scope = new CommandScope();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "APP", description = "The app.")
        private String app = "";

        @Override
        public Integer call() throws Exception {
            DataFolder data = scope.data();
            List<DomainView> domains = Control.call(data, client -> client.domains(app));
            List<Row> rows = new ArrayList<>();
            try (EdgeClient edge = new EdgeClient(data.edgeSocket())) {
                for (DomainView domain : domains) {
                    rows.add(row(domain, edge));
                }
            }
            if (json.wanted()) {
                scope.out()
                        .println(Whereabouts.json(rows.stream().map(Row::fields).toList()));
                return ExitCodes.DONE;
            }
            Table table = new Table("NAME", "FROM", "LEADS TO", "DNS", "CERTIFICATE");
            rows.forEach(row -> table.row(row.name(), row.from(), row.leadsTo(), row.dns(), row.certificate()));
            table.print(scope.out());
            return ExitCodes.DONE;
        }

        private Row row(DomainView domain, EdgeClient edge) {
            Set<InetAddress> there = DomainRecords.lookUp(domain.name());
            String dns = there.isEmpty() ? "no record" : DomainRecords.words(there);
            return new Row(
                    domain.name(),
                    domain.byCommand() ? "command" : "pinisi.yaml",
                    domain.redirect().map(to -> "https://" + to).orElse(app),
                    dns,
                    certificate(edge, domain.name()));
        }

        private static String certificate(EdgeClient edge, String name) {
            try {
                return edge.certificate(name).map(DomainWait::words).orElse("none");
            } catch (EdgeException away) {
                return "not known: the edge does not run";
            }
        }

        /// What is shown of one domain.
        private record Row(String name, String from, String leadsTo, String dns, String certificate) {
            Map<String, String> fields() {
                Map<String, String> fields = new LinkedHashMap<>();
                fields.put("name", name);
                fields.put("from", from);
                fields.put("leadsTo", leadsTo);
                fields.put("dns", dns);
                fields.put("certificate", certificate);
                return fields;
            }
        }
    }

    @Command(
            name = "remove",
            description =
                    "Takes a name away from an app. Its certificate stays in the book: `pinisi cert remove` forgets it.")
    static final class Remove implements Callable<Integer> {
        @Mixin
        private CommandScope scope = new CommandScope();

        @Parameters(index = "0", paramLabel = "APP", description = "The app.")
        private String app = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "The name.")
        private String name = "";

        @Override
        public Integer call() throws Exception {
            Control.call(scope.data(), client -> client.removeDomain(app, name));
            scope.out().println(name + " leads to " + app + " no longer; its certificate is kept");
            return ExitCodes.DONE;
        }
    }
}
