package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/// A transactional key–value store that is one branch of a bare Git repository: a key is the path of a
/// file, a value its bytes, and a change a commit. Anyone may read it with `git log`, and clone it to
/// have a copy.
///
/// A writer's change is durable when its method returns; a crash at any moment leaves the branch as it
/// was before or as it is after. Writers of this store come one after the other. Other programs may
/// move the branch too, by a push for example: a change is then made again on top of theirs. Readers
/// wait for nobody and see a version as a whole.
///
/// Safe for any number of threads. Methods throw [GitException] when the repository cannot be read or
/// written.
public final class GitStore implements AutoCloseable {
    private static final int ATTEMPTS = 20;
    private static final int MOST_MESSAGE_CHARACTERS = 1 << 16;

    private final GitRepository repository;
    private final String ref;
    private final StoreLimits limits;
    private final InstantSource clock;
    private final StoreObjects objects;
    private final StoreRefs refs;
    private final Upkeep upkeep;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final List<StoreWatch> watches = new CopyOnWriteArrayList<>();
    private volatile StoreSnapshot newest;

    private GitStore(GitRepository repository, String ref, StoreLimits limits, InstantSource clock) {
        this.repository = repository;
        this.ref = ref;
        this.limits = limits;
        this.clock = clock;
        this.objects = new StoreObjects(repository.jgit(), limits);
        this.refs = new StoreRefs(repository);
        this.upkeep = Upkeep.ofStore(repository);
        this.newest = new StoreSnapshot(objects, Optional.empty(), Optional.empty());
    }

    /// The store on a branch, which comes to be with the first change.
    ///
    /// @param repository stays the caller's, to be closed after the store
    /// @param branch without `refs/heads/`
    /// @throws GitException when `branch` is no name for a branch (git-check-ref-format(1))
    public static GitStore open(GitRepository repository, String branch, StoreLimits limits, InstantSource clock) {
        String ref = Constants.R_HEADS + branch;
        if (branch.startsWith("-") || !Repository.isValidRefName(ref)) {
            throw new GitException("\"" + ProgressQueue.printable(branch)
                    + "\" is not a name for a branch; see git-check-ref-format(1)");
        }
        GitStore store =
                new GitStore(requireNonNull(repository, "repository"), ref, limits, requireNonNull(clock, "clock"));
        store.snapshot();
        return store;
    }

    /// The store as it is now.
    public StoreSnapshot snapshot() {
        Optional<CommitId> commit = refs.read(ref);
        StoreSnapshot known = newest;
        if (known.commit().equals(commit)) {
            return known;
        }
        StoreSnapshot fresh = commit.isPresent() ? at(commit.get()) : empty();
        newest = fresh;
        watches.forEach(StoreWatch::wake);
        return fresh;
    }

    /// The store as it was with a commit.
    ///
    /// @throws GitException when the repository has no such commit
    public StoreSnapshot at(CommitId commit) {
        try (RevWalk walk = new RevWalk(repository.jgit())) {
            ObjectId tree = walk.parseCommit(Ids.object(commit)).getTree().copy();
            return new StoreSnapshot(objects, Optional.of(commit), Optional.of(tree));
        } catch (MissingObjectException | IncorrectObjectTypeException absent) {
            throw new GitException("repository " + repository.name() + " has no commit " + commit, absent);
        } catch (IOException failure) {
            throw failed("read the commit " + commit, failure);
        }
    }

    /// The commit that the branch is at, or empty when it has none.
    public Optional<CommitId> commit() {
        return refs.read(ref);
    }

    /// The value of a key as it is now; see [StoreSnapshot#get].
    public Optional<byte[]> get(StoreKey key) {
        return snapshot().get(key);
    }

    /// What is in a folder now; see [StoreSnapshot#list].
    public List<StoreEntry> list(String folder) {
        return snapshot().list(folder);
    }

    /// Sets one key; see [#batch].
    public Optional<CommitId> set(StoreAuthor author, String message, StoreKey key, byte[] value) {
        return batch(author, message, draft -> draft.set(key, value));
    }

    /// Removes one key; see [#batch].
    public Optional<CommitId> delete(StoreAuthor author, String message, StoreKey key) {
        return batch(author, message, draft -> draft.delete(key));
    }

    /// Makes all changes of a batch in one commit, which is durable and seen by everyone when this
    /// returns. What was begun is finished also when the thread is interrupted meanwhile.
    ///
    /// @param message of the commit: 1 to 65,536 characters
    /// @return the commit, or empty when nothing differs from before; then there is none
    /// @throws GitException also when a key would be both a value and a folder of others, within a
    ///     batch, after waiting for other writers for [StoreLimits#writeTime], and of kind
    ///     `INTERRUPTED` when interrupted while waiting
    public Optional<CommitId> batch(StoreAuthor author, String message, StoreBatch batch) {
        if (message.isBlank() || message.length() > MOST_MESSAGE_CHARACTERS || message.indexOf('\0') >= 0) {
            throw new GitException(
                    "the message of a change has 1 to " + MOST_MESSAGE_CHARACTERS + " characters, none of them NUL");
        }
        return exclusively(() -> {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                StoreSnapshot before = snapshot();
                StoreDraft draft = new StoreDraft(before, limits);
                batch.change(draft);
                Attempt made = Uninterrupted.call(() -> attempt(before, draft, author, message));
                if (made.done()) {
                    return made.commit();
                }
                pause(attempt);
            }
            throw new GitException("cannot change %s in repository %s: other programs move it all the time"
                    .formatted(ref, repository.name()));
        });
    }

    /// The commits that gave a key its values or took them away, the newest first.
    ///
    /// @param most how many of them at most
    public StoreHistory history(StoreKey key, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most: " + most + " (expected: >= 1)");
        }
        try {
            return new StoreHistoryWalk(repository, objects, limits.historyCommits()).walk(commit(), key, most);
        } catch (IOException failure) {
            throw failed("read the history of " + key, failure);
        }
    }

    /// Tells a listener of every change from now on, also of those that other programs make.
    public StoreWatch watch(StoreListener listener) {
        StoreWatch watch = new StoreWatch(this, listener, limits.pollInterval(), watches::remove);
        watches.add(watch);
        watch.start();
        return watch;
    }

    /// Ends all watches, and waits at most 10 seconds for their listeners.
    @Override
    public void close() {
        watches.forEach(StoreWatch::close);
        upkeep.close();
    }

    GitRepository repository() {
        return repository;
    }

    StoreObjects objects() {
        return objects;
    }

    StoreRefs refs() {
        return refs;
    }

    InstantSource clock() {
        return clock;
    }

    /// The branch without `refs/heads/`.
    String branch() {
        return ref.substring(Constants.R_HEADS.length());
    }

    /// Work that no other writer of this store comes between.
    <T> T exclusively(Work<T> work) {
        if (writing.isHeldByCurrentThread()) {
            throw new GitException("a batch cannot begin within another one; put its changes into the outer draft");
        }
        try {
            if (!writing.tryLock(limits.writeTime().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new GitException("other writers have kept %s in repository %s busy for %d s; try again later"
                        .formatted(ref, repository.name(), limits.writeTime().toSeconds()));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GitException(GitException.Kind.INTERRUPTED, "waiting to change " + ref + " was interrupted");
        }
        try {
            return work.run();
        } catch (IOException failure) {
            throw failed("change " + ref, failure);
        } finally {
            writing.unlock();
        }
    }

    /// What [#exclusively] does.
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /// Moves the branch, when it is where it was, and tells the watches. On a thread that nobody
    /// interrupts.
    boolean advance(Optional<CommitId> from, CommitId to) {
        boolean moved = refs.move(ref, from, to);
        if (moved) {
            snapshot();
            upkeep.changed();
        }
        return moved;
    }

    /// A commit of a tree, in a batch of objects that is not released yet.
    ObjectId commitObject(ObjectBatch batch, ObjectId tree, List<CommitId> parents, StoreAuthor author, String message)
            throws IOException {
        Instant now = clock.instant();
        String who = "%s <%s> %d +0000".formatted(author.name(), author.email(), now.getEpochSecond());
        StringBuilder text = new StringBuilder("tree ").append(tree.name()).append('\n');
        parents.forEach(parent -> text.append("parent ").append(parent).append('\n'));
        text.append("author ").append(who).append('\n');
        text.append("committer ")
                .append(who)
                .append("\n\n")
                .append(message.strip())
                .append('\n');
        return batch.insert(Constants.OBJ_COMMIT, text.toString().getBytes(UTF_8));
    }

    private StoreSnapshot empty() {
        return new StoreSnapshot(objects, Optional.empty(), Optional.empty());
    }

    /// @param done false when another program has moved the branch meanwhile
    private record Attempt(boolean done, Optional<CommitId> commit) {}

    private Attempt attempt(StoreSnapshot before, StoreDraft draft, StoreAuthor author, String message)
            throws IOException {
        Map<String, Optional<TreeSlot>> changes = differing(before, draft);
        Optional<CommitId> commit =
                changes.isEmpty() ? Optional.empty() : write(before, draft, changes, author, message);
        return new Attempt(commit.isEmpty() || advance(before.commit(), commit.get()), commit);
    }

    private Optional<CommitId> write(
            StoreSnapshot before,
            StoreDraft draft,
            Map<String, Optional<TreeSlot>> changes,
            StoreAuthor author,
            String message)
            throws IOException {
        try (ObjectBatch batch = ObjectBatch.open(repository.jgit(), changes.size())) {
            for (StoreKey key : draft.changes().keySet()) {
                Optional<byte[]> value = requireNonNull(draft.changes().get(key));
                if (value.isPresent() && changes.containsKey(TreeEditor.raw(key))) {
                    batch.insert(Constants.OBJ_BLOB, value.get());
                }
            }
            TreeEditor editor = new TreeEditor(objects, batch, GitStore::refuseClash);
            ObjectId tree = editor.apply(before.tree(), changes);
            if (before.tree().equals(Optional.of(tree))) {
                return Optional.empty();
            }
            ObjectId commit = commitObject(batch, tree, before.commit().stream().toList(), author, message);
            batch.release();
            return Optional.of(Ids.commit(commit));
        }
    }

    /// What really changes. An executable file stays one.
    private static Map<String, Optional<TreeSlot>> differing(StoreSnapshot before, StoreDraft draft)
            throws IOException {
        Map<String, Optional<TreeSlot>> changes = new TreeMap<>();
        try (ObjectInserter.Formatter formatter = new ObjectInserter.Formatter()) {
            for (Map.Entry<StoreKey, Optional<byte[]>> change : draft.changes().entrySet()) {
                Optional<TreeSlot> old = before.find(change.getKey().path()).filter(slot -> !slot.isFolder());
                FileMode mode =
                        old.filter(TreeSlot::isValue).map(TreeSlot::mode).orElse(FileMode.REGULAR_FILE);
                Optional<TreeSlot> fresh =
                        change.getValue().map(value -> new TreeSlot(mode, formatter.idFor(Constants.OBJ_BLOB, value)));
                if (!fresh.equals(old)) {
                    changes.put(TreeEditor.raw(change.getKey()), fresh);
                }
            }
        }
        return changes;
    }

    private static void refuseClash(String path, String file) {
        UnaryOperator<String> shown =
                raw -> TreeEditor.key(raw).map(StoreKey::path).orElse("?");
        throw new GitException(
                path.equals(file)
                        ? "\"%s\" cannot be a value: there are keys below it; delete them first"
                                .formatted(shown.apply(path))
                        : "\"%s\" cannot be a value: \"%s\" is one; delete that first"
                                .formatted(shown.apply(path), shown.apply(file)));
    }

    /// Another program has moved the branch, or is about to: it gets a moment to finish.
    private static void pause(int attempt) {
        try {
            TimeUnit.MILLISECONDS.sleep(Math.min(1L << attempt, 100));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GitException(GitException.Kind.INTERRUPTED, "a change was interrupted before it was made");
        }
    }

    private GitException failed(String what, IOException cause) {
        return JGitSettings.failure("cannot " + what + " in repository " + repository.name(), cause);
    }
}
