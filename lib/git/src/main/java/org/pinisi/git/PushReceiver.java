package org.pinisi.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.TooLargePackException;
import org.eclipse.jgit.errors.UnpackException;
import org.eclipse.jgit.internal.submodule.SubmoduleValidator.SubmoduleValidationException;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// JGit's receive-pack with our order of things: the pack goes to quarantine, the listener reviews, then
/// objects and branches are moved on a thread that nobody interrupts, then the listener acts.
final class PushReceiver extends ReceivePack {
    private static final Logger LOG = LoggerFactory.getLogger(PushReceiver.class);

    private final PushSession session;
    private final Quarantine quarantine;
    private final WatchedOutput out;
    private final GitLimits limits;
    private @Nullable Deadline deadline;
    private List<RefUpdate> reviewed = List.of();

    PushReceiver(PushSession session, Quarantine quarantine, WatchedOutput out, boolean advertise) throws IOException {
        super(quarantine.repository());
        this.session = session;
        this.quarantine = quarantine;
        this.out = out;
        this.limits = session.store().limits();
        setBiDirectionalPipe(advertise);
        setAdvertisedRefs(visible(quarantine.repository()), Set.of());
        setMaxPackSizeLimit(limits.packBytes());
        setMaxObjectSizeLimit(limits.objectBytes());
        setCheckReceivedObjects(true);
        // Old histories have such modes and names, and git itself takes them.
        setObjectChecker(new ObjectChecker().setAllowLeadingZeroFileMode(true).setAllowInvalidPersonIdent(true));
        setAllowNonFastForwards(!limits.denyNonFastForward());
        setAllowPushOptions(true);
        setPreReceiveHook((_, commands) -> review(commands));
        setPostReceiveHook((_, commands) -> report(commands));
    }

    /// All refs but ours, by name.
    static Map<String, Ref> visible(org.eclipse.jgit.lib.Repository repository) throws IOException {
        Map<String, Ref> refs = new HashMap<>();
        for (Ref ref : repository.getRefDatabase().getRefs()) {
            if (!ref.getName().startsWith(Ids.HIDDEN)) {
                refs.put(ref.getName(), ref);
            }
        }
        return refs;
    }

    void run(InputStream in, @Nullable OutputStream messages) throws IOException {
        try (Deadline time = Deadline.in(limits.receiveTime())) {
            deadline = time;
            receiveQuietly(in, messages);
        }
    }

    @SuppressWarnings("NullAway") // JGit: null when there is no channel for messages.
    private void receiveQuietly(InputStream in, @Nullable OutputStream messages) throws IOException {
        try {
            receive(in, out, messages);
        } catch (UnpackException told) {
            LOG.debug("event=push_unpack_failed repository={}", session.name(), told);
        }
    }

    @Override
    protected void receivePackAndCheckConnectivity()
            throws IOException, LargeObjectException, SubmoduleValidationException {
        try {
            if (tooManyUpdates()) {
                throw new IOException("too many updates");
            }
            super.receivePackAndCheckConnectivity();
        } catch (IOException | RuntimeException | SubmoduleValidationException failure) {
            String reason = explain(failure);
            LOG.info(
                    "event=push_refused repository={} pusher=\"{}\" reason=\"{}\"",
                    session.name(),
                    session.pusher(),
                    reason);
            say(List.of(reason));
            throw failure;
        } finally {
            meetDeadline();
        }
    }

    @Override
    protected void executeCommands() {
        List<ReceiveCommand> pending = ReceiveCommand.filter(getAllCommands(), ReceiveCommand.Result.NOT_ATTEMPTED);
        if (!pending.isEmpty()) {
            Uninterrupted.run(() -> apply(pending));
        }
        session.received();
    }

    private void apply(List<ReceiveCommand> commands) {
        try {
            quarantine.release();
            for (ReceiveCommand command : commands) {
                keepReplaced(command);
            }
            moveRefs(commands);
            List<ReceiveCommand> moved = ReceiveCommand.filter(commands, ReceiveCommand.Result.OK);
            if (moved.isEmpty()) {
                return;
            }
            for (ReceiveCommand command : moved) {
                session.repository().forceRef(command.getRefName());
            }
            session.store().settle(session.name());
            session.store().changed(session.name());
        } catch (IOException | RuntimeException failure) {
            LOG.error("event=push_not_stored repository={} pusher=\"{}\"", session.name(), session.pusher(), failure);
            reject(commands, "the server could not store it; its log says why");
        }
    }

    /// As JGit does it, but without a progress bar for what takes a millisecond: the pusher is to read
    /// what becomes of the push.
    private void moveRefs(List<ReceiveCommand> commands) throws IOException {
        BatchRefUpdate batch = getRepository().getRefDatabase().newBatchUpdate();
        batch.setAllowNonFastForwards(isAllowNonFastForwards());
        batch.setAtomic(isAtomic());
        batch.setRefLogIdent(getRefLogIdent());
        batch.setRefLogMessage("push", true);
        batch.addCommand(commands);
        batch.execute(getRevWalk(), NullProgressMonitor.INSTANCE);
    }

    private void keepReplaced(ReceiveCommand command) {
        boolean leaves = command.getType() == ReceiveCommand.Type.UPDATE_NONFASTFORWARD
                || command.getType() == ReceiveCommand.Type.DELETE;
        ObjectId old = command.getRef() == null ? null : command.getRef().getObjectId();
        if (leaves && old != null && command.getRefName().startsWith(Constants.R_HEADS)) {
            CommitId commit = Ids.commit(old);
            if (session.repository().contains(commit)) {
                session.repository().keep(Ids.REPLACED + commit.hex(), commit);
            }
        }
    }

    private void review(Collection<ReceiveCommand> commands) {
        meetDeadline();
        if (tooManyUpdates()) {
            say(List.of(tooMany()));
            reject(commands, "too many updates");
            return;
        }
        if (getAllCommands().stream()
                .anyMatch(command -> command.getResult() == ReceiveCommand.Result.REJECTED_NONFASTFORWARD)) {
            say(List.of(
                    "Forced pushes are switched off here: merge or rebase onto what the branch has, and push again."));
        }
        List<RefUpdate> updates = new ArrayList<>();
        for (ReceiveCommand command : commands) {
            refusal(command).ifPresentOrElse(reason -> reject(List.of(command), reason), () -> {
                if (command.getRefName().startsWith(Constants.R_HEADS)) {
                    updates.add(update(command));
                }
            });
        }
        reviewed = List.copyOf(updates);
        if (!updates.isEmpty()) {
            ask(commands);
        }
    }

    private void ask(Collection<ReceiveCommand> commands) {
        try {
            session.listener().review(new GitRepository(session.name(), quarantine.repository()), push(reviewed));
        } catch (PushRejected rejected) {
            say(rejected.lines());
            reject(commands, rejected.lines().getFirst());
        } catch (RuntimeException failure) {
            LOG.error(
                    "event=push_review_failed repository={} pusher=\"{}\"", session.name(), session.pusher(), failure);
            say(List.of("The push could not be reviewed; the server's log says why. Nothing has changed."));
            reject(commands, "review failed");
        }
    }

    private Optional<String> refusal(ReceiveCommand command) {
        String ref = command.getRefName();
        if (ref.startsWith(Ids.HIDDEN)) {
            return Optional.of("refs/pinisi/ belongs to the server");
        }
        if (ref.startsWith(Constants.R_TAGS)) {
            return Optional.empty();
        }
        if (!ref.startsWith(Constants.R_HEADS)) {
            return Optional.of("only branches and tags can be pushed here");
        }
        if (command.getType() == ReceiveCommand.Type.DELETE) {
            return Optional.empty();
        }
        try {
            getRevWalk().parseCommit(command.getNewId());
            return Optional.empty();
        } catch (IncorrectObjectTypeException other) {
            return Optional.of("a branch must point to a commit");
        } catch (IOException missing) {
            return Optional.of("missing object " + command.getNewId().name());
        }
    }

    private static RefUpdate update(ReceiveCommand command) {
        String branch = command.getRefName().substring(Constants.R_HEADS.length());
        // A deletion may leave the old commit out.
        Optional<CommitId> from = Optional.ofNullable(command.getRef())
                .map(Ref::getObjectId)
                .or(() -> Optional.of(command.getOldId()))
                .filter(id -> !ObjectId.zeroId().equals(id))
                .map(Ids::commit);
        Optional<CommitId> to = Optional.of(command.getNewId())
                .filter(id -> !ObjectId.zeroId().equals(id))
                .map(Ids::commit);
        RefUpdate.Kind kind = switch (command.getType()) {
            case CREATE -> RefUpdate.Kind.CREATE;
            case UPDATE -> RefUpdate.Kind.FAST_FORWARD;
            case UPDATE_NONFASTFORWARD -> RefUpdate.Kind.FORCED;
            case DELETE -> RefUpdate.Kind.DELETE;
        };
        return new RefUpdate(branch, from, to, kind);
    }

    private void report(Collection<ReceiveCommand> done) {
        Set<String> moved = new HashSet<>();
        done.forEach(command -> moved.add(command.getRefName()));
        List<RefUpdate> updates = reviewed.stream()
                .filter(update -> moved.contains(Constants.R_HEADS + update.branch()))
                .toList();
        if (updates.isEmpty()) {
            return;
        }
        LOG.info(
                "event=push_accepted repository={} pusher=\"{}\" branches={}",
                session.name(),
                session.pusher(),
                updates.size());
        session.report(push(updates), new Sideband());
    }

    private Push push(List<RefUpdate> updates) {
        List<String> options = getPushOptions();
        return new Push(session.name(), session.pusher(), updates, options == null ? List.of() : options);
    }

    private void say(List<String> lines) {
        for (String line : lines) {
            sendMessage(ProgressQueue.printable(line));
        }
        try {
            getMessageOutputStream().flush();
        } catch (IOException disconnected) {
            LOG.debug("event=pusher_gone repository={}", session.name(), disconnected);
        }
    }

    private static void reject(Collection<ReceiveCommand> commands, String reason) {
        String line = ProgressQueue.printable(reason.lines().findFirst().orElse("refused"));
        for (ReceiveCommand command : commands) {
            if (command.getResult() == ReceiveCommand.Result.NOT_ATTEMPTED) {
                command.setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, line);
            }
        }
    }

    private void meetDeadline() {
        if (deadline != null) {
            deadline.meet();
            if (deadline.missed()) {
                // Ours, not a wish of the server or the pusher that this thread should end.
                Thread.interrupted();
            }
        }
    }

    private boolean tooManyUpdates() {
        return getAllCommands().size() > limits.refUpdates();
    }

    private String tooMany() {
        return "The push has %d branches and tags; at most %d are taken at once. Push fewer at a time."
                .formatted(getAllCommands().size(), limits.refUpdates());
    }

    private String explain(Exception failure) {
        if (deadline != null && deadline.missed()) {
            return "The push did not arrive within %d s. Nothing has changed; push fewer commits at a time."
                    .formatted(limits.receiveTime().toSeconds());
        }
        if (tooManyUpdates()) {
            return tooMany();
        }
        return switch (failure) {
            case TooLargePackException _ ->
                "The push has more than %d bytes. Nothing has changed; push fewer commits at a time, or keep large files elsewhere."
                        .formatted(limits.packBytes());
            case TooLargeObjectInPackException _, LargeObjectException _ ->
                "The push has a file of more than %d bytes. Nothing has changed; remove it from its commits, and keep it elsewhere."
                        .formatted(limits.objectBytes());
            case MissingObjectException missing ->
                "The push refers to something it does not bring (%s). Nothing has changed; check your clone with git fsck."
                        .formatted(missing.getMessage());
            case CorruptObjectException broken ->
                "The push has a broken object (%s). Nothing has changed; check your clone with git fsck."
                        .formatted(broken.getMessage());
            default -> "The push could not be received (%s). Nothing has changed.".formatted(failure.getMessage());
        };
    }

    private final class Sideband implements ProgressQueue.Terminal {
        @Override
        public void show(List<String> lines) throws IOException {
            say(lines);
            refuseWhenGone();
        }

        @Override
        public void keepAlive() throws IOException {
            if (isSideBand()) {
                out.write(Packets.KEEP_ALIVE);
                out.flush();
            }
            refuseWhenGone();
        }

        private void refuseWhenGone() throws IOException {
            if (out.failed()) {
                throw new IOException("the pusher is gone");
            }
        }
    }
}
