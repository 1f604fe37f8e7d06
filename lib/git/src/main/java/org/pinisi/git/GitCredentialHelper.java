package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.pinisi.flow.Flow;
import org.pinisi.flow.Flows;
import org.pinisi.flow.PipeCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Git's credential helpers (gitcredentials(7)) by running `git credential`: those that the
/// configuration names which `git` finds by its environment. Nobody is asked anything at a terminal.
public final class GitCredentialHelper implements CredentialSource {
    private static final Logger LOG = LoggerFactory.getLogger(GitCredentialHelper.class);
    private static final int MOST_BYTES = 64 * 1024;

    private final Map<String, String> environment;
    private final Duration time;

    /// @param environment what `git` sees, `HOME` and `PATH` among it
    /// @param time how long a helper may be silent
    public GitCredentialHelper(Map<String, String> environment, Duration time) {
        Map<String, String> quiet = new HashMap<>(environment);
        quiet.put("GIT_TERMINAL_PROMPT", "0");
        quiet.put("GIT_ASKPASS", "");
        this.environment = Map.copyOf(quiet);
        this.time = time;
    }

    @Override
    public Optional<Credential> find(RemoteUrl remote) throws InterruptedException {
        Map<String, String> answer = new HashMap<>();
        run("fill", question(remote, remote.user(), Optional.empty()))
                .ifPresent(text -> text.lines()
                        .filter(line -> line.indexOf('=') > 0)
                        .forEach(line -> answer.put(
                                line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1))));
        return Optional.ofNullable(answer.get("username"))
                .flatMap(user ->
                        Optional.ofNullable(answer.get("password")).map(secret -> new Credential(user, secret)));
    }

    @Override
    public void accepted(RemoteUrl remote, Credential credential) throws InterruptedException {
        run("approve", question(remote, Optional.of(credential.user()), Optional.of(credential.password())));
    }

    @Override
    public void rejected(RemoteUrl remote, Credential credential) throws InterruptedException {
        run("reject", question(remote, Optional.of(credential.user()), Optional.of(credential.password())));
    }

    /// The format of git-credential(1): neither part can have the end of a line within.
    private static String question(RemoteUrl remote, Optional<String> user, Optional<String> password) {
        String path = remote.path().startsWith("/") ? remote.path().substring(1) : remote.path();
        return "protocol=" + remote.scheme().name().toLowerCase(Locale.ROOT)
                + "\nhost=" + remote.authority()
                + "\npath=" + path
                + user.map(name -> "\nusername=" + line(name)).orElse("")
                + password.map(secret -> "\npassword=" + line(secret)).orElse("")
                + "\n\n";
    }

    private static String line(String text) {
        if (text.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new GitException("a user or password must not have the end of a line within");
        }
        return text;
    }

    /// What git printed, or empty when no helper knew anything.
    private Optional<String> run(String action, String question) throws InterruptedException {
        PipeCommand command = new PipeCommand(List.of("git", "credential", action), environment, Optional.empty());
        try (Flow git = Flows.process(command)) {
            git.patience(time);
            byte[] bytes = question.getBytes(UTF_8);
            git.write(bytes, 0, bytes.length);
            git.shutdownOutput();
            return Optional.of(new String(git.input().readNBytes(MOST_BYTES), UTF_8));
        } catch (SocketTimeoutException slow) {
            LOG.warn("event=credential_helper_slow action={} seconds={}", action, time.toSeconds(), slow);
            return Optional.empty();
        } catch (InterruptedIOException interrupted) {
            Thread.interrupted();
            InterruptedException failure = new InterruptedException("interrupted while asking a credential helper");
            failure.initCause(interrupted);
            throw failure;
        } catch (IOException nothing) {
            // git ends so when no helper knows anything, and says what it would have asked.
            LOG.debug("event=credential_unknown action={}", action, nothing);
            return Optional.empty();
        }
    }
}
