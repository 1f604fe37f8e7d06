package org.pinisi.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;

/// One fetch: what arrives is staged, checked whole, made durable, and only then are refs moved, all of
/// them at once.
final class FetchRun {
    private final GitRepository into;
    private final RemoteUrl from;
    private final Function<Map<String, Ref>, List<RefMapping>> choice;
    private final FetchOptions options;
    private final TransferLimits limits;

    /// @param choice gives the mappings once the remote has shown its refs
    FetchRun(
            GitRepository into,
            RemoteUrl from,
            Function<Map<String, Ref>, List<RefMapping>> choice,
            FetchOptions options,
            TransferLimits limits) {
        this.into = into;
        this.from = from;
        this.choice = choice;
        this.options = options;
        this.limits = limits;
    }

    /// @param specs what the remote needs to show at least; all when empty
    FetchResult run(Remotes remotes, Collection<RefSpec> specs) throws IOException, InterruptedException {
        into.moving().lockInterruptibly();
        try (Staging staging = Staging.open(into.jgit(), limits);
                Transport transport = remotes.open(from, staging.repository())) {
            prepare(transport);
            try (FetchConnection connection =
                    specs.isEmpty() ? transport.openFetch() : transport.openFetch(specs, Constants.HEAD)) {
                Map<String, Ref> shown = new TreeMap<>(connection.getRefsMap());
                FetchPlan plan = FetchPlan.of(from, choice.apply(shown), options, shown, into.jgit());
                Collection<Ref> missing = plan.missing(into.jgit());
                if (!missing.isEmpty()) {
                    connection.fetch(new Interruptible(), missing, Set.of());
                    Interruptible.check();
                    check(staging.repository(), missing);
                }
                List<FetchResult.Change> changes = Uninterrupted.call(() -> {
                    staging.release();
                    return move(plan);
                });
                return new FetchResult(changes, head(shown), Messages.printable(connection.getMessages()));
            }
        } finally {
            into.moving().unlock();
        }
    }

    private void prepare(Transport transport) {
        // As on the receiving side: old histories have such modes and names, and git itself takes them.
        transport.setObjectChecker(
                new ObjectChecker().setAllowLeadingZeroFileMode(true).setAllowInvalidPersonIdent(true));
        transport.setFetchThin(true);
        if (options.depth() > 0) {
            transport.setDepth(options.depth());
        }
    }

    /// Everything that the new refs reach is there, and a branch is a commit. What the refs here reach
    /// already is whole.
    private static void check(Repository staged, Collection<Ref> arrived) throws IOException {
        try (ObjectWalk walk = new ObjectWalk(staged)) {
            for (Ref ref : arrived) {
                RevObject tip = walk.parseAny(Ids.target(ref));
                if (ref.getName().startsWith(Constants.R_HEADS) && !(tip instanceof RevCommit)) {
                    throw new IncorrectObjectTypeException(tip, Constants.TYPE_COMMIT);
                }
                walk.markStart(tip);
            }
            for (Ref ref : staged.getRefDatabase().getRefs()) {
                if (ref.getObjectId() != null) {
                    present(walk, ref.getObjectId());
                }
            }
            walk.checkConnectivity();
        }
    }

    private static void present(ObjectWalk walk, ObjectId id) throws IOException {
        try {
            walk.markUninteresting(walk.parseAny(id));
        } catch (MissingObjectException damaged) {
            // A ref here that was broken before says nothing about what has arrived.
            return;
        }
    }

    private List<FetchResult.Change> move(FetchPlan plan) throws IOException {
        Repository target = into.jgit();
        List<ReceiveCommand> commands = new ArrayList<>();
        List<FetchResult.Change> changes = new ArrayList<>();
        try (RevWalk walk = new RevWalk(target)) {
            for (Map.Entry<String, Ref> entry : plan.wanted().entrySet()) {
                ObjectId old = present(target, entry.getKey());
                ObjectId fresh = Ids.target(entry.getValue());
                if (!old.equals(fresh)) {
                    RefUpdate.Kind kind = kind(walk, old, fresh);
                    refuseUnforced(plan, entry.getKey(), kind);
                    commands.add(new ReceiveCommand(old, fresh, entry.getKey()));
                    changes.add(change(entry.getKey(), old, fresh, kind));
                }
            }
            for (String name : plan.gone()) {
                ObjectId old = present(target, name);
                commands.add(new ReceiveCommand(old, ObjectId.zeroId(), name));
                changes.add(change(name, old, ObjectId.zeroId(), RefUpdate.Kind.DELETE));
            }
            if (!commands.isEmpty()) {
                execute(target, walk, commands);
            }
        }
        return changes;
    }

    private void execute(Repository target, RevWalk walk, List<ReceiveCommand> commands) throws IOException {
        BatchRefUpdate batch = target.getRefDatabase().newBatchUpdate();
        batch.setAllowNonFastForwards(true);
        batch.setAtomic(true);
        batch.setRefLogMessage("fetch " + from, true);
        batch.addCommand(commands);
        batch.execute(walk, NullProgressMonitor.INSTANCE);
        for (ReceiveCommand command : commands) {
            if (command.getResult() != ReceiveCommand.Result.OK) {
                throw new IOException("%s could not be moved (%s); nothing has changed, so fetch again"
                        .formatted(command.getRefName(), command.getResult()));
            }
        }
        for (ReceiveCommand command : commands) {
            into.forceRef(command.getRefName());
        }
    }

    private void refuseUnforced(FetchPlan plan, String name, RefUpdate.Kind kind) {
        if (kind == RefUpdate.Kind.FORCED && !plan.forced().contains(name)) {
            throw new GitException(
                    GitException.Kind.REJECTED,
                    "%s has moved %s to a commit that does not have the old one among its ancestors; nothing has changed here"
                            .formatted(from, name));
        }
    }

    private static RefUpdate.Kind kind(RevWalk walk, ObjectId old, ObjectId fresh) throws IOException {
        if (ObjectId.zeroId().equals(old)) {
            return RefUpdate.Kind.CREATE;
        }
        try {
            boolean forward = walk.parseAny(old) instanceof RevCommit before
                    && walk.parseAny(fresh) instanceof RevCommit after
                    && walk.isMergedInto(before, after);
            return forward ? RefUpdate.Kind.FAST_FORWARD : RefUpdate.Kind.FORCED;
        } catch (MissingObjectException cutOff) {
            // A shallow history does not tell.
            return RefUpdate.Kind.FORCED;
        }
    }

    private static ObjectId present(Repository target, String name) throws IOException {
        Ref ref = target.getRefDatabase().exactRef(name);
        ObjectId id = ref == null ? null : ref.getObjectId();
        return id == null ? ObjectId.zeroId() : id;
    }

    private static FetchResult.Change change(String name, ObjectId old, ObjectId fresh, RefUpdate.Kind kind) {
        return new FetchResult.Change(name, commit(old), commit(fresh), kind);
    }

    private static Optional<CommitId> commit(ObjectId id) {
        return ObjectId.zeroId().equals(id) ? Optional.empty() : Optional.of(Ids.commit(id));
    }

    /// The branch that the remote's `HEAD` names, when it says so.
    static Optional<String> head(Map<String, Ref> shown) {
        Ref head = shown.get(Constants.HEAD);
        return Optional.ofNullable(head)
                .filter(Ref::isSymbolic)
                .map(ref -> ref.getTarget().getName())
                .filter(name -> name.startsWith(Constants.R_HEADS))
                .map(name -> name.substring(Constants.R_HEADS.length()));
    }
}
