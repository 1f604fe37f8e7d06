package org.pinisi.deployer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitRepository;
import org.pinisi.git.Push;
import org.pinisi.git.PushListener;
import org.pinisi.git.PushProgress;
import org.pinisi.git.PushRejected;
import org.pinisi.git.RefUpdate;

/// Stands at the door of the Git server: refuses a push whose `pinisi.yaml` cannot be understood, and tells
/// the pusher of an accepted one what becomes of it, step by step.
final class PushGate implements PushListener {
    private static final int MAX_PROBLEM_LINES = 60;

    private final Lanes lanes;
    private final Runs runs;
    private final RunTeller teller;
    private final Domains domains;

    PushGate(Lanes lanes, Runs runs, RunTeller teller, Domains domains) {
        this.lanes = lanes;
        this.runs = runs;
        this.teller = teller;
        this.domains = domains;
    }

    @Override
    public void review(GitRepository repository, Push push) throws PushRejected {
        String app = push.repository().value();
        for (RefUpdate update : push.updates()) {
            Optional<CommitId> to = update.to();
            if (to.isEmpty()) {
                continue;
            }
            try {
                AppConfig config = Sources.config(repository, to.get());
                refuseOthersNames(app, config);
                if (config.deployBranches().contains(update.branch())) {
                    refuseOthersDomains(app, config);
                }
            } catch (ConfigException bad) {
                throw new PushRejected(lines(update.branch(), bad));
            } catch (org.pinisi.git.GitException unreadable) {
                throw new PushRejected(
                        List.of("pinisi.yaml of " + update.branch() + " cannot be read: " + unreadable.getMessage()));
            }
            lanes.announce(app, to.get().hex(), push.pusher());
        }
    }

    /// `NAME.localhost` is the app NAME's, also when there is none of that name yet.
    private static void refuseOthersNames(String app, AppConfig config) throws PushRejected {
        for (String host : config.hosts()) {
            if (host.endsWith(".localhost") && !host.equals(Rollout.hostName(app))) {
                throw new PushRejected(List.of(
                        "pinisi.yaml: hosts: " + host + " is kept for the app "
                                + host.substring(0, host.length() - ".localhost".length()),
                        "push the app under that name, or choose a host name that does not end in .localhost"));
            }
        }
    }

    /// Only what is deployed takes the names: another branch may carry the same file.
    private void refuseOthersDomains(String app, AppConfig config) throws PushRejected {
        List<String> names = new ArrayList<>(config.hosts());
        config.domains().forEach(domain -> names.add(domain.name()));
        Optional<String> taken = domains.taken(app, names);
        if (taken.isPresent()) {
            throw new PushRejected(List.of("pinisi.yaml: domains: " + taken.get(), "nothing was changed"));
        }
    }

    private static List<String> lines(String branch, ConfigException bad) {
        List<String> lines = new ArrayList<>();
        int count = bad.problems().size();
        lines.add("pinisi.yaml of " + branch + " has " + (count == 1 ? "a problem" : count + " problems")
                + "; nothing was changed");
        String.valueOf(bad.getMessage()).lines().limit(MAX_PROBLEM_LINES).forEach(lines::add);
        return lines;
    }

    @Override
    public void accepted(GitRepository repository, Push push, PushProgress progress) {
        String app = push.repository().value();
        lanes.refresh(app, push.pusher());
        for (RefUpdate update : push.updates()) {
            Optional<CommitId> to = update.to();
            if (to.isEmpty()) {
                progress.line(app + "  branch " + update.branch() + " deleted; what serves, serves on");
                continue;
            }
            Optional<Run> run = runs.list(Optional.of(app), 100).stream()
                    .filter(candidate -> candidate.branch().equals(update.branch())
                            && candidate.commit().equals(to.get().hex()))
                    .findFirst();
            if (run.isEmpty()) {
                progress.line(app + "  superseded before it began: a newer commit is on " + update.branch());
                continue;
            }
            hints(repository, to.get(), progress);
            tell(run.get(), progress);
        }
    }

    private static void hints(GitRepository repository, CommitId commit, PushProgress progress) {
        try {
            Sources.config(repository, commit).hints().forEach(hint -> progress.line("hint    " + hint));
        } catch (ConfigException bad) {
            // Refused in review; only a writer who went past our server gets here, and the run tells why it failed.
            progress.line("hint    pinisi.yaml cannot be understood");
        }
    }

    private void tell(Run run, PushProgress progress) {
        boolean first = runs.list(Optional.of(run.app()), 2).size() == 1;
        try {
            teller.tell(run, first, progress::line, progress::listening);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            progress.line("Pinisi is being stopped; the run goes on when it is started again");
        }
    }
}
