package org.pinisi.certificates;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.git.GitClient;
import org.pinisi.git.GitException;
import org.pinisi.git.GitRepository;
import org.pinisi.git.GitStore;
import org.pinisi.git.RemoteBranch;
import org.pinisi.git.StoreLimits;
import org.pinisi.git.StoreRemote;
import org.pinisi.git.StoreSync;
import org.pinisi.git.SyncResult;
import org.pinisi.git.SyncSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the repositories that books lie in.
final class BookPlaces {
    private static final Logger LOG = LoggerFactory.getLogger(BookPlaces.class);
    private static final String BRANCH = "main";
    private static final StoreLimits LIMITS = StoreLimits.DEFAULT.withSizes(4 * BookLayout.MOST_BYTES, 64 << 20);

    private BookPlaces() {}

    /// A branch of a repository on this machine, made when there is none.
    static GitBookStorage local(Path folder, BookSettings settings) {
        try {
            List<AutoCloseable> owned = new ArrayList<>();
            GitStore store = store(folder, BRANCH, settings, owned);
            return new GitBookStorage(store, settings.author(), Optional.empty(), List.copyOf(owned));
        } catch (GitException failure) {
            throw new CertificateException("cannot open the book at " + folder + ": " + failure.getMessage(), failure);
        }
    }

    /// A branch elsewhere, and what is known of it here.
    ///
    /// @param tended whether both are kept in step by themselves
    static GitBookStorage remote(
            GitClient client, RemoteBranch branch, Path folder, BookSettings settings, boolean tended) {
        List<AutoCloseable> owned = new ArrayList<>();
        boolean opened = false;
        try {
            GitStore store = store(folder, branch.branch(), settings, owned);
            SyncSettings rhythm = SyncSettings.by(settings.author()).withResolver(new BookMerge());
            SyncSettings often = rhythm.withTimes(settings.interval(), rhythm.firstPause(), rhythm.longestPause());
            StoreRemote remote = StoreRemote.of(client, branch);
            StoreSync once = StoreSync.of(store, remote, often, new SecureRandom());
            first(store, once, branch);
            StoreSync sync = tended ? StoreSync.start(store, remote, often, new SecureRandom()) : once;
            owned.addFirst(sync);
            opened = true;
            return new GitBookStorage(store, settings.author(), Optional.of(sync), List.copyOf(owned));
        } catch (GitException failure) {
            throw new CertificateException("cannot open the book " + branch + ": " + failure.getMessage(), failure);
        } finally {
            if (!opened) {
                GitBookStorage.close(owned);
            }
        }
    }

    private static GitStore store(Path folder, String branch, BookSettings settings, List<AutoCloseable> owned) {
        GitRepository repository = GitRepository.init(folder);
        owned.addFirst(repository);
        GitStore store = GitStore.open(repository, branch, LIMITS, settings.clock());
        owned.addFirst(store);
        return store;
    }

    /// Asks the remote before anything is done, so that nobody begins a second book beside the one there.
    private static void first(GitStore store, StoreSync sync, RemoteBranch branch) {
        SyncResult result = sync.sync();
        if (result.done()) {
            return;
        }
        String problem = result.problem().map(SyncResult.Problem::message).orElse("");
        if (store.commit().isEmpty()) {
            throw new CertificateException(
                    "cannot open the book " + branch + ", of which nothing is here yet: " + problem);
        }
        LOG.warn("event=book_remote_away remote=\"{}\" reason=\"{}\" action=what-is-here-is-used", branch, problem);
    }
}
