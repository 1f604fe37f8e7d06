package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.pinisi.http.HttpClient;

/// Talks to repositories elsewhere: Git's smart protocol over git://, SSH, HTTP and HTTPS, and with
/// repositories on this machine. Blocking, for virtual threads; immutable and safe for any number of
/// them.
///
/// Every operation ends within [TransferLimits#operationTime]. Interrupting the calling thread ends its
/// operation: what is fetched is then as if it had never begun, of a push it is not known whether the
/// remote has taken it. Failures are [GitException]s whose kind says what a caller can do.
public final class GitClient implements AutoCloseable {
    private final TransferLimits limits;
    private final Remotes remotes;

    private GitClient(Builder builder) {
        JGitSettings.apply();
        this.limits = builder.limits;
        this.remotes = new Remotes(
                limits,
                new SshSettings(builder.hostKeys, builder.identities),
                new HttpSettings(http(limits, builder.trust), builder.credentials, builder.redirects));
    }

    /// A client that knows nobody: it reaches what asks for no identity.
    public static GitClient create() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// All refs of a remote with their commits, a tag's being the commit that it names; with `HEAD` when
    /// the remote has one. Empty for an empty repository.
    public Map<String, CommitId> list(RemoteUrl from) {
        return operate("list " + from, () -> {
            try (Repository nothing = nowhere();
                    Transport transport = remotes.open(from, nothing);
                    FetchConnection connection = transport.openFetch()) {
                SortedMap<String, CommitId> commits = new TreeMap<>();
                for (Ref ref : connection.getRefs()) {
                    ObjectId peeled = ref.getPeeledObjectId();
                    ObjectId id = peeled == null ? ref.getObjectId() : peeled;
                    if (id != null) {
                        commits.put(ref.getName(), Ids.commit(id));
                    }
                }
                return Collections.unmodifiableSortedMap(commits);
            }
        });
    }

    /// The commit of one branch (without `refs/heads/`), or empty when the remote has no such branch.
    public Optional<CommitId> find(RemoteBranch branch) {
        return operate("list " + branch.url(), () -> {
            try (Repository nothing = nowhere();
                    Transport transport = remotes.open(branch.url(), nothing);
                    FetchConnection connection = transport.openFetch(List.of(new RefSpec(branch.ref())))) {
                return Optional.ofNullable(connection.getRef(branch.ref()))
                        .map(Ref::getObjectId)
                        .map(Ids::commit);
            }
        });
    }

    /// Fetches into a repository. Objects are checked one by one and as a whole before any ref moves,
    /// then all refs move together; whatever fails, the repository is as before. One fetch at a time goes
    /// into a repository.
    ///
    /// @throws GitException of kind `NOT_FOUND` when the remote lacks the one ref of a mapping, unless
    ///     pruning removes it here; of kind `REJECTED` when a ref whose mapping is not forced would not
    ///     move forward
    public FetchResult fetch(GitRepository into, RemoteUrl from, List<RefMapping> mappings, FetchOptions options) {
        List<RefSpec> specs = mappings.stream().map(RefMapping::spec).toList();
        return operate(
                "fetch from " + from,
                () -> new FetchRun(into, from, _ -> mappings, options, limits).run(remotes, specs));
    }

    /// Makes a bare repository at `to` with all branches and tags of a remote, or when `depth` is given
    /// the branch alone that its `HEAD` names, and with the same `HEAD`. Nothing is left when it fails.
    /// The caller closes it.
    ///
    /// @throws GitException when something is at `to` already
    public GitRepository clone(RemoteUrl from, Path to, FetchOptions options) {
        return copy(from, to, options, shown -> {
            Optional<String> head = FetchRun.head(shown);
            return options.depth() > 0 && head.isPresent() && shown.containsKey(Constants.R_HEADS + head.get())
                    ? List.of(RefMapping.branch(head.get()))
                    : List.of(RefMapping.BRANCHES, RefMapping.TAGS);
        });
    }

    /// As [#clone], with everything that the remote shows.
    public GitRepository mirror(RemoteUrl from, Path to, FetchOptions options) {
        return copy(from, to, options, _ -> List.of(RefMapping.MIRROR));
    }

    /// Pushes to a remote. The remote decides about each ref alone; see [PushResult].
    ///
    /// @throws GitException when there is no answer about any ref
    public PushResult push(GitRepository from, RemoteUrl to, List<PushUpdate> updates) {
        PushRun run = new PushRun(from, to, updates);
        return operate("push to " + to, () -> run.run(remotes, false, List.of()));
    }

    /// As [#push], all of the refs or none of them, where the remote can.
    public PushResult pushAtomically(GitRepository from, RemoteUrl to, List<PushUpdate> updates) {
        PushRun run = new PushRun(from, to, updates);
        return operate("push to " + to, () -> run.run(remotes, true, List.of()));
    }

    /// Makes a change on top of what a remote's branch has and pushes it; once more on top of what it has
    /// then, when somebody else was faster. For programs that write to a branch which others write to as
    /// well.
    ///
    /// @param in where the branch is fetched to, under `refs/remotes/pinisi/`, and the change is made
    /// @param tries at least 1; between two of them is a pause of at most 2 s
    /// @param change asked for each try; its commits must have the given one among their ancestors
    /// @return the commit that the branch has now
    /// @throws GitException of kind `REJECTED` when the remote does not want it, or others were faster
    ///     each time
    public CommitId publish(GitRepository in, RemoteBranch to, int tries, Change change) {
        return new Publication(this, in, to).run(tries, change);
    }

    /// Makes commits.
    @FunctionalInterface
    public interface Change {
        /// The commit to push: the given one when there is nothing to change.
        ///
        /// @param tip what the branch has, empty when there is no such branch yet
        CommitId on(Optional<CommitId> tip);
    }

    /// Frees what is kept for later operations.
    @Override
    public void close() {
        remotes.close();
    }

    private GitRepository copy(
            RemoteUrl from, Path to, FetchOptions options, Function<Map<String, Ref>, List<RefMapping>> choice) {
        Path place = to.toAbsolutePath().normalize();
        Path above = requireNonNull(place.getParent(), "a repository cannot be the root of all files");
        return operate("clone " + from, () -> {
            if (Files.exists(place)) {
                throw new GitException("cannot clone to " + place + ": something is there already");
            }
            Files.createDirectories(above);
            Path temporary = Files.createTempDirectory(above, ".new-");
            try {
                try (GitRepository fresh = GitRepository.init(temporary.resolve("clone.git"))) {
                    FetchResult fetched = new FetchRun(fresh, from, choice, options, limits).run(remotes, List.of());
                    if (fetched.head().isPresent()) {
                        fresh.jgit()
                                .updateRef(Constants.HEAD)
                                .link(Constants.R_HEADS + fetched.head().get());
                    }
                }
                Files.move(temporary.resolve("clone.git"), place, StandardCopyOption.ATOMIC_MOVE);
                Folders.force(above);
            } finally {
                Folders.delete(temporary);
            }
            return GitRepository.open(place);
        });
    }

    private static HttpClient http(TransferLimits limits, TlsTrust trust) {
        return HttpClient.builder()
                .tls(trust.client())
                .connectTime(limits.connectTime())
                .answerTime(limits.idleTime())
                .idleTime(limits.idleTime())
                .build();
    }

    /// For looking only: JGit wants a repository to talk for.
    private static Repository nowhere() throws IOException {
        return new FileRepositoryBuilder()
                .setGitDir(Path.of("/dev/null/none.git").toFile())
                .setBare()
                .build();
    }

    private interface Operation<T> {
        T run() throws IOException, InterruptedException;
    }

    private <T> T operate(String doing, Operation<T> operation) {
        Deadline deadline = Deadline.in(limits.operationTime());
        try {
            T result = operation.run();
            meet(deadline);
            return result;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            if (meet(deadline)) {
                throw new GitException(
                        GitException.Kind.UNREACHABLE,
                        "cannot %s: it takes longer than %d s. Nothing has changed here"
                                .formatted(doing, limits.operationTime().toSeconds()),
                        failure);
            }
            throw Trouble.explain(doing, limits, failure);
        }
    }

    /// Whether the deadline was missed; the interruption was the deadline's then, not a wish that the
    /// thread should end.
    private static boolean meet(Deadline deadline) {
        deadline.meet();
        if (deadline.missed()) {
            Thread.interrupted();
        }
        return deadline.missed();
    }

    /// Collects a client's settings. Not thread-safe.
    public static final class Builder {
        private TransferLimits limits = TransferLimits.DEFAULT;
        private HostKeys hostKeys = HostKeys.known();
        private List<SshIdentity> identities = List.of();
        private TlsTrust trust = TlsTrust.system();
        private CredentialSource credentials = CredentialSource.none();
        private Redirects redirects = Redirects.SAME_HOST;

        private Builder() {}

        /// How to know SSH servers; by default none is known.
        public Builder hostKeys(HostKeys newHostKeys) {
            hostKeys = requireNonNull(newHostKeys, "hostKeys");
            return this;
        }

        /// Who we are to SSH servers, best first.
        public Builder identities(SshIdentity... newIdentities) {
            identities = List.of(newIdentities);
            return this;
        }

        /// Who we are to remotes over HTTP that ask; the user and password of an address come first.
        public Builder credentials(CredentialSource newCredentials) {
            credentials = requireNonNull(newCredentials, "credentials");
            return this;
        }

        /// Whom to trust over HTTPS; by default whom the system's Java trusts.
        public Builder trust(TlsTrust newTrust) {
            trust = requireNonNull(newTrust, "trust");
            return this;
        }

        /// Where remotes over HTTP may send us on; by default to the same host only.
        public Builder redirects(Redirects newRedirects) {
            redirects = requireNonNull(newRedirects, "redirects");
            return this;
        }

        public Builder limits(TransferLimits newLimits) {
            limits = requireNonNull(newLimits, "limits");
            return this;
        }

        public GitClient build() {
            return new GitClient(this);
        }
    }
}
