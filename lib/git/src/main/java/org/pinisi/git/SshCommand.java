package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One command that a client asks for: a push, a fetch, or a clear refusal. Runs on a virtual thread of its own,
/// which is interrupted when the client goes away.
final class SshCommand implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(SshCommand.class);
    private static final Pattern LINE =
            Pattern.compile("git[- ](receive-pack|upload-pack) '?/?([a-z0-9-]{1,63})(?:\\.git)?/?'?");
    private static final int BUFFER = 32 * 1024;

    private final RepositoryStore store;
    private final PushListener listener;
    private final String line;
    private final Function<ChannelSession, String> user;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private OutputStream messages = OutputStream.nullOutputStream();
    private @Nullable ExitCallback exit;
    private @Nullable Thread thread;

    /// @param user names whoever has authenticated on a channel
    SshCommand(RepositoryStore store, PushListener listener, String line, Function<ChannelSession, String> user) {
        this.store = store;
        this.listener = listener;
        this.line = line;
        this.user = user;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        messages = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        Optional<String> protocol = Optional.ofNullable(environment.getEnv().get("GIT_PROTOCOL"));
        String pusher = user.apply(channel);
        thread = Thread.ofVirtual().name("git-ssh").start(() -> run(pusher, protocol));
    }

    @Override
    public void destroy(ChannelSession channel) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run(String pusher, Optional<String> protocol) {
        int code = 1;
        try {
            code = serve(pusher, protocol);
        } catch (GitException refused) {
            tell(refused.getMessage());
        } catch (IOException disconnected) {
            LOG.debug("event=ssh_command_ended pusher=\"{}\"", pusher, disconnected);
        } catch (RuntimeException failure) {
            LOG.error("event=ssh_command_failed pusher=\"{}\" command=\"{}\"", pusher, shown(), failure);
            tell("The server failed; its log says why.");
        } finally {
            if (exit != null) {
                exit.onExit(code);
            }
        }
    }

    private int serve(String pusher, Optional<String> protocol) throws IOException {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return refuse();
        }
        Optional<RepositoryName> name = RepositoryName.parse(matcher.group(2));
        if (name.isEmpty()) {
            return refuse();
        }
        BufferedInputStream input = new BufferedInputStream(in, BUFFER);
        BufferedOutputStream output = new BufferedOutputStream(out, BUFFER);
        if (matcher.group(1).equals("receive-pack")) {
            try (PushSession session = PushSession.open(store, listener, name.get(), pusher)) {
                session.run(input, output, messages, true);
            }
        } else {
            Optional<GitRepository> repository = store.find(name.get());
            if (repository.isEmpty()) {
                tell("There is no repository " + name.get() + " yet; the first push makes it.");
                return 1;
            }
            new FetchSession(store, repository.get(), protocol).run(input, output, messages, true);
        }
        output.flush();
        return 0;
    }

    private int refuse() {
        LOG.info("event=ssh_command_refused command=\"{}\"", shown());
        tell("This server takes git pushes and fetches only, from and to addresses like ssh://HOST/NAME.git with a NAME"
                + " of a-z, 0-9 and -.");
        return 1;
    }

    private void tell(String text) {
        try {
            messages.write((text + "\n").getBytes(UTF_8));
            messages.flush();
        } catch (IOException disconnected) {
            LOG.debug("event=ssh_client_gone", disconnected);
        }
    }

    private String shown() {
        String printable = line.replaceAll("[^\\x20-\\x7e]", "?").replace('"', '\'');
        return printable.length() <= 120 ? printable : printable.substring(0, 120) + "…";
    }
}
