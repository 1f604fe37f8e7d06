package org.pinisi.git;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.RemoteRepositoryException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.TransportException;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.FlowException;
import org.pinisi.git.GitException.Kind;
import org.pinisi.http.HttpException;

/// Says in our words what went wrong between us and a remote.
final class Trouble {
    private static final int DEEPEST = 12;

    private Trouble() {}

    /// @param doing what was going on, to follow "cannot": `fetch from ssh://…`
    static GitException explain(String doing, TransferLimits limits, Exception failure) {
        if (Thread.currentThread().isInterrupted() && !(failure instanceof GitException)) {
            // JGit has words of its own for it, depending on what it was at.
            return interrupted(doing, failure);
        }
        Optional<Throwable> full = full(failure);
        if (full.isPresent()) {
            return of(Kind.LOCAL, doing, "there is no room left here: " + said(full.get()), failure);
        }
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            Optional<GitException> known = known(doing, limits, cause, failure);
            if (known.isPresent()) {
                return known.get();
            }
        }
        for (cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FlowException || cause instanceof HttpException) {
                return of(Kind.UNREACHABLE, doing, said(cause), failure);
            }
        }
        if (failure instanceof TransportException && failure.getCause() instanceof IOException lost) {
            return of(Kind.UNREACHABLE, doing, "the connection broke: " + said(lost), failure);
        }
        return switch (failure) {
            case TransportException _ -> of(Kind.PROTOCOL, doing, said(failure), failure);
            default -> of(Kind.LOCAL, doing, said(failure), failure);
        };
    }

    /// A full disk of ours. What the remote says of its own comes as a [TransportException].
    private static Optional<Throwable> full(Exception failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            String words = said(cause);
            boolean ours = cause instanceof IOException && !(cause instanceof TransportException);
            if (ours && (words.contains("No space left on device") || words.contains("Disk quota exceeded"))) {
                return Optional.of(cause);
            }
        }
        return Optional.empty();
    }

    static GitException interrupted(String doing, Exception cause) {
        Thread.currentThread().interrupt();
        return of(Kind.INTERRUPTED, doing, "interrupted", cause);
    }

    private static Optional<GitException> known(
            String doing, TransferLimits limits, Throwable cause, Exception failure) {
        GitException found = switch (cause) {
            case GitException own -> own;
            case PackInput.TooLarge large -> tooLarge(doing, said(large), failure);
            case TooLargeObjectInPackException _, LargeObjectException _ ->
                tooLarge(doing, "it has a file of more than " + limits.objectBytes() + " bytes", failure);
            case SocketTimeoutException slow ->
                of(Kind.UNREACHABLE, doing, "no byte came or went in time: " + said(slow), failure);
            case InterruptedIOException _, ClosedByInterruptException _, InterruptedException _ ->
                interrupted(doing, failure);
            case NoRemoteRepositoryException none -> of(Kind.NOT_FOUND, doing, withoutUrl(said(none)), failure);
            case RemoteRepositoryException refused -> refused(doing, withoutUrl(said(refused)), failure);
            case CorruptObjectException broken ->
                of(Kind.PROTOCOL, doing, "it sent something broken: " + said(broken), failure);
            case MissingObjectException missing ->
                of(Kind.PROTOCOL, doing, "it did not send all that it should: " + said(missing), failure);
            case IncorrectObjectTypeException odd ->
                of(Kind.PROTOCOL, doing, "it sent something else than it should: " + said(odd), failure);
            case PackProtocolException odd -> of(Kind.PROTOCOL, doing, withoutUrl(said(odd)), failure);
            case EOFException _ ->
                of(Kind.UNREACHABLE, doing, "the connection ended in the middle of something", failure);
            case CertificateException untrusted -> untrusted(doing, said(untrusted), failure);
            case ConnectException nobody -> of(Kind.UNREACHABLE, doing, "nobody is there: " + said(nobody), failure);
            default -> null;
        };
        return Optional.ofNullable(found);
    }

    private static GitException untrusted(String doing, String why, Exception failure) {
        // The one message of a pin that does not match; the JDK's are about authorities, names and dates.
        boolean pinned = why.contains(" expected ");
        return of(
                pinned ? Kind.HOST_KEY_CHANGED : Kind.HOST_KEY_UNKNOWN,
                doing,
                "its certificate is not trusted: " + why,
                failure);
    }

    /// What the remote said instead of an answer (`ERR`).
    private static GitException refused(String doing, String words, Exception failure) {
        String lower = words.toLowerCase(Locale.ROOT);
        boolean absent = lower.contains("not exported")
                || lower.contains("not found")
                || lower.contains("no such")
                || lower.contains("no repository");
        boolean forbidden =
                lower.contains("not enabled") || lower.contains("not permitted") || lower.contains("not allowed");
        Kind kind = absent ? Kind.NOT_FOUND : forbidden ? Kind.REJECTED : Kind.PROTOCOL;
        return of(kind, doing, "the remote says: " + words, failure);
    }

    private static GitException tooLarge(String doing, String what, Exception failure) {
        return of(
                Kind.TOO_LARGE,
                doing,
                what + ". Nothing was kept; raise the limit if it is meant to be that large",
                failure);
    }

    private static GitException of(Kind kind, String doing, String why, Exception failure) {
        return new GitException(kind, "cannot " + doing + ": " + ProgressQueue.printable(why), failure);
    }

    private static String said(Throwable failure) {
        @Nullable String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    /// JGit puts the address in front; ours stands there already.
    private static String withoutUrl(String message) {
        return message.replaceFirst("^[a-z]+:(//)?[^ ]*: ", "");
    }
}
