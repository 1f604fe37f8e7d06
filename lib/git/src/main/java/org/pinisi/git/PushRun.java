package org.pinisi.git;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.Transport;

/// One push.
final class PushRun {
    /// How git and JGit say that a ref was not what the push expected: the remote compares once more as
    /// it moves it.
    private static final Pattern STALE =
            Pattern.compile("lock|but expected|failed to update ref|already exists|fetch first|stale");

    private final Repository local;
    private final RemoteUrl to;
    private final List<PushUpdate> updates;

    PushRun(GitRepository from, RemoteUrl to, List<PushUpdate> updates) {
        this.local = from.jgit();
        this.to = to;
        this.updates = List.copyOf(updates);
        Set<String> names = new HashSet<>();
        for (PushUpdate update : updates) {
            if (!names.add(update.ref())) {
                throw new GitException("a push moves " + update.ref() + " once only");
            }
            update.to().ifPresent(commit -> {
                if (!from.contains(commit)) {
                    throw new GitException("repository " + from.name() + " has no commit " + commit + " to push");
                }
            });
        }
    }

    PushResult run(Remotes remotes, boolean atomic, List<String> pushOptions) throws IOException {
        try (Transport transport = remotes.open(to, local)) {
            transport.setPushAtomic(atomic);
            transport.setPushThin(true);
            if (!pushOptions.isEmpty()) {
                transport.setPushOptions(pushOptions);
            }
            List<RemoteRefUpdate> wishes = new ArrayList<>();
            for (PushUpdate update : updates) {
                wishes.add(wish(update));
            }
            org.eclipse.jgit.transport.PushResult done =
                    transport.push(new Interruptible(), wishes, OutputStream.nullOutputStream());
            List<PushResult.Ref> refs = done.getRemoteUpdates().stream()
                    .map(PushRun::result)
                    .sorted(Comparator.comparing(PushResult.Ref::name))
                    .toList();
            return new PushResult(to, refs, Messages.printable(done.getMessages()));
        }
    }

    @SuppressWarnings("NullAway") // JGit: null for no name, no tracking ref and no expectation.
    private RemoteRefUpdate wish(PushUpdate update) throws IOException {
        ObjectId wanted = update.to().<ObjectId>map(Ids::object).orElse(ObjectId.zeroId());
        ObjectId expected = switch (update.expected()) {
            case PushUpdate.Expected.Anything() -> null;
            case PushUpdate.Expected.Absent() -> ObjectId.zeroId();
            case PushUpdate.Expected.At(CommitId commit) -> Ids.object(commit);
        };
        return new RemoteRefUpdate(local, null, wanted, update.ref(), update.force(), null, expected);
    }

    private static PushResult.Ref result(RemoteRefUpdate update) {
        String said = update.getMessage() == null ? "" : ProgressQueue.printable(update.getMessage());
        return switch (update.getStatus()) {
            case OK -> new PushResult.Ref(update.getRemoteName(), PushResult.Status.MOVED, Optional.empty());
            case UP_TO_DATE, NON_EXISTING ->
                new PushResult.Ref(update.getRemoteName(), PushResult.Status.UNCHANGED, Optional.empty());
            case REJECTED_NONFASTFORWARD ->
                refused(update, PushResult.Status.NOT_FORWARD, "the remote has commits that the push does not have");
            case REJECTED_REMOTE_CHANGED ->
                refused(update, PushResult.Status.STALE, "the remote does not have what was expected");
            case REJECTED_NODELETE -> refused(update, PushResult.Status.REFUSED, "the remote deletes no refs");
            case REJECTED_OTHER_REASON ->
                refused(
                        update,
                        STALE.matcher(said.toLowerCase(Locale.ROOT)).find()
                                ? PushResult.Status.STALE
                                : PushResult.Status.REFUSED,
                        said.isEmpty() ? "the remote gave no reason" : said);
            case NOT_ATTEMPTED, AWAITING_REPORT ->
                refused(update, PushResult.Status.REFUSED, "the remote did not say what became of it");
        };
    }

    private static PushResult.Ref refused(RemoteRefUpdate update, PushResult.Status status, String reason) {
        return new PushResult.Ref(update.getRemoteName(), status, Optional.of(reason));
    }
}
