package org.pinisi.cli;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeException;
import org.pinisi.edge.EdgeHealth;
import org.pinisi.host.HostClient;
import org.pinisi.host.HostException;
import org.pinisi.host.HostInfo;
import org.pinisi.process.Support;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pinisi doctor`.
@Command(
        name = "doctor",
        description = {
            "Looks at this machine and installation, and says what to mend.",
            "Each line is ok, warn (works, but not as well as it could) or BAD (does not work). The exit code is 1 when a line is"
                    + " BAD."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final double LITTLE_DISK = 0.10;

    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private JsonOption json = new JsonOption();

    /// How one look came out.
    enum Verdict {
        /// As it should be.
        OK,
        /// Works, but not as well as it could.
        WARNING,
        /// Does not work.
        BAD
    }

    /// One look.
    ///
    /// @param what was looked at
    /// @param found what was found, and what to do about it
    record Finding(Verdict verdict, String what, String found) {}

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(Verdict.OK, "java", System.getProperty("java.vm.name") + " " + Runtime.version()));
        for (String tool : List.of("setsid", "git", "bwrap", "node", "npm", "mvn")) {
            findings.add(program(tool));
        }
        installation(findings);
        if (json.wanted()) {
            scope.out().println(Whereabouts.json(findings));
        } else {
            Table table = new Table("", "LOOKED AT", "FOUND");
            findings.forEach(finding -> table.row(mark(finding.verdict()), finding.what(), finding.found()));
            table.print(scope.out());
        }
        boolean bad = findings.stream().anyMatch(finding -> finding.verdict() == Verdict.BAD);
        return bad ? ExitCodes.FAILED : ExitCodes.DONE;
    }

    private static String mark(Verdict verdict) {
        return switch (verdict) {
            case OK -> "ok";
            case WARNING -> "warn";
            case BAD -> "BAD";
        };
    }

    private static Finding program(String name) {
        Optional<Path> found = find(name);
        if (found.isPresent()) {
            return new Finding(Verdict.OK, name, found.get().toString());
        }
        return switch (name) {
            case "setsid" ->
                new Finding(
                        Verdict.BAD, name, "not found; units cannot be started. Install: apt-get install util-linux");
            case "bwrap" ->
                new Finding(
                        Verdict.WARNING,
                        name,
                        "not found; units and builds are not kept apart from your files. Install: apt-get install bubblewrap");
            case "git" -> new Finding(Verdict.OK, name, "not found; only needed to push from this machine");
            default -> new Finding(Verdict.OK, name, "not found; apps that need it cannot be built here");
        };
    }

    private static Optional<Path> find(String name) {
        String path = System.getenv("PATH");
        if (path == null) {
            return Optional.empty();
        }
        for (String folder : path.split(":", -1)) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private void installation(List<Finding> findings) throws IOException {
        DataFolder data;
        try {
            data = scope.data();
        } catch (CommandException none) {
            findings.add(new Finding(Verdict.OK, "installation", "none yet here; `pinisi up` starts one"));
            return;
        }
        FileStore disk = Files.getFileStore(data.root());
        boolean little = disk.getUsableSpace() < disk.getTotalSpace() * LITTLE_DISK;
        findings.add(new Finding(
                little ? Verdict.WARNING : Verdict.OK,
                "disk",
                Words.bytes(disk.getUsableSpace()) + " of " + Words.bytes(disk.getTotalSpace()) + " free at "
                        + data.root()));
        Optional<Whereabouts> at = Control.whereabouts(data);
        if (at.isEmpty()) {
            findings.add(new Finding(Verdict.WARNING, "control plane", "does not run; `pinisi up` starts it"));
        } else {
            findings.add(new Finding(
                    Verdict.OK,
                    "control plane",
                    "process " + at.get().pid() + ", " + at.get().web()));
        }
        edge(data, findings);
        host(data, findings);
    }

    private static void edge(DataFolder data, List<Finding> findings) {
        try (EdgeClient edge = new EdgeClient(data.edgeSocket())) {
            EdgeHealth health = edge.health();
            findings.add(new Finding(
                    Verdict.OK,
                    "edge",
                    "process " + health.pid() + ", " + health.routes()
                            + (health.routes() == 1 ? " route" : " routes")));
            edge.certificates().forEach(status -> certificate(status, findings));
        } catch (EdgeException away) {
            findings.add(new Finding(
                    Verdict.WARNING, "edge", "does not run; apps cannot be reached. `pinisi up` starts it"));
        }
    }

    /// Good ones are no news.
    private static void certificate(CertificateStatus status, List<Finding> findings) {
        String what = "certificate of " + status.name();
        switch (status.state()) {
            case GOOD, WAITING, UNUSED -> {}
            case FAILING, RENEWAL_FAILING -> findings.add(new Finding(Verdict.WARNING, what, DomainWait.words(status)));
            case EXPIRED -> findings.add(new Finding(Verdict.BAD, what, DomainWait.words(status)));
        }
    }

    private static void host(DataFolder data, List<Finding> findings) {
        try (HostClient host = new HostClient(data.hostSocket())) {
            HostInfo info = host.info();
            findings.add(support("sandbox", info.sandbox(), "units and builds are not kept apart from your files"));
            findings.add(
                    support("control groups", info.controlGroups(), "memory and cpus of pinisi.yaml are not enforced"));
            findings.add(new Finding(Verdict.OK, "units", Integer.toString(info.units())));
        } catch (HostException away) {
            findings.add(new Finding(Verdict.WARNING, "host", "does not answer; `pinisi up` starts it"));
        }
    }

    private static Finding support(String what, Support support, String without) {
        return support.available()
                ? new Finding(Verdict.OK, what, support.detail())
                : new Finding(Verdict.WARNING, what, support.detail() + "; " + without);
    }
}
