package org.pinisi.git;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.global.OpenSshHostKeysHandler;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.Flow;
import org.pinisi.flow.Flows;
import org.pinisi.git.GitException.Kind;

/// Calls a remote over SSH (RFC 4251 to 4254).
///
/// What is offered: key exchange and MACs without SHA-1 and MD5, strict key exchange (MINA always does),
/// and of the ciphers AES in counter mode and GCM alone, so that a server without strict key exchange is
/// no worse off (CVE-2023-48795 needs ChaCha20 or CBC).
///
/// @param url of the scheme ssh
record SshCaller(RemoteUrl url, TransferLimits limits, SshSettings settings) implements Caller {
    private static final String DEFAULT_USER = "git";

    @Override
    public Flow call(Service service) throws IOException, InterruptedException {
        GitException last = null;
        for (Set<String> types : settings.hostKeys().attempts(url)) {
            try {
                return call(service, types);
            } catch (GitException refused) {
                if (refused.kind() != Kind.HOST_KEY_CHANGED) {
                    throw last == null ? refused : last;
                }
                last = refused;
            } catch (NoCommonKey none) {
                if (last == null) {
                    last = new GitException(Kind.HOST_KEY_CHANGED, String.valueOf(none.getMessage()), none);
                }
            }
        }
        throw last == null ? new GitException(Kind.PROTOCOL, url + " has no usable host key") : last;
    }

    /// The server has no key of a type that is asked for.
    private static final class NoCommonKey extends IOException {
        private static final long serialVersionUID = 1L;

        NoCommonKey(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private Flow call(Service service, Set<String> types) throws IOException, InterruptedException {
        Flow under = Flows.tcp(url.host(), url.port(), limits.connectTime());
        under.patience(limits.idleTime());
        SshConnector.Client client = client(under, types);
        try {
            client.start();
            ClientSession session = signIn(client);
            ChannelExec channel = session.createExecChannel(command(service));
            if (service == Service.FETCH) {
                // A server that does not take the variable speaks version 0.
                channel.setEnv("GIT_PROTOCOL", "version=2");
            }
            return new SshFlow(client, under, channel, limits.connectTime());
        } catch (IOException | RuntimeException failure) {
            end(client, under);
            throw failure;
        }
    }

    static void end(SshConnector.Client client, Flow under) {
        client.close(true);
        client.stop();
        under.close();
    }

    /// As git quotes for the shell at the other end.
    private String command(Service service) {
        return service.program() + " '" + url.path().replace("'", "'\\''").replace("!", "'\\!'") + "'";
    }

    private ClientSession signIn(SshConnector.Client client) throws IOException, InterruptedException {
        AtomicReference<@Nullable GitException> wrongHost = new AtomicReference<>();
        client.setServerKeyVerifier((_, _, key) -> {
            GitException refusal =
                    settings.hostKeys().refusal(url, SshKeys.blob(key)).orElse(null);
            wrongHost.set(refusal);
            return refusal == null;
        });
        List<String> tried = SshIdentities.offer(client, settings.identities());
        String user = url.user().orElse(DEFAULT_USER);
        boolean connected = false;
        try {
            ClientSession session = client.connect(
                            user, InetSocketAddress.createUnresolved(url.host(), url.port()), url)
                    .verify(limits.connectTime())
                    .getSession();
            connected = true;
            session.auth().verify(limits.connectTime());
            return session;
        } catch (InterruptedIOException interrupted) {
            throw interrupted;
        } catch (IOException failure) {
            throw explain(failure, wrongHost.get(), client.session(), connected, user, tried);
        }
    }

    private IOException explain(
            IOException failure,
            @Nullable GitException wrongHost,
            @Nullable SshSession session,
            boolean connected,
            String user,
            List<String> tried) {
        if (wrongHost != null) {
            throw wrongHost;
        }
        IOException broken = session == null ? null : session.failure();
        if (broken != null) {
            return broken;
        }
        String said = String.valueOf(failure.getMessage());
        if (said.contains("Unable to negotiate key exchange for server host key algorithms")) {
            return new NoCommonKey("%s has no host key of the expected type: %s".formatted(url, said), failure);
        }
        if (said.contains("No more authentication methods available")) {
            throw new GitException(
                    Kind.AUTHENTICATION,
                    "%s does not let %s in with %s; add one of our public keys there"
                            .formatted(url, user, tried.isEmpty() ? "no key at all" : String.join(", ", tried)),
                    failure);
        }
        throw new GitException(
                Kind.UNREACHABLE,
                "cannot %s %s: %s".formatted(connected ? "sign in to" : "speak SSH with", url, said),
                failure);
    }

    private SshConnector.Client client(Flow under, Set<String> types) {
        SshConnector.Client client = (SshConnector.Client) ClientBuilder.builder()
                .factory(() -> new SshConnector.Client(under))
                .hostConfigEntryResolver(HostConfigEntryResolver.EMPTY)
                .signatureFactories(ordered(types))
                .keyExchangeFactories(exchanges())
                .cipherFactories(List.of(
                        BuiltinCiphers.aes256gcm,
                        BuiltinCiphers.aes128gcm,
                        BuiltinCiphers.aes256ctr,
                        BuiltinCiphers.aes192ctr,
                        BuiltinCiphers.aes128ctr))
                .macFactories(List.of(
                        BuiltinMacs.hmacsha256etm,
                        BuiltinMacs.hmacsha512etm,
                        BuiltinMacs.hmacsha256,
                        BuiltinMacs.hmacsha512))
                .globalRequestHandlers(List.of(new OpenSshHostKeysHandler()))
                .forwardingFilter(RejectAllForwardingFilter.INSTANCE)
                .build(true);
        CoreModuleProperties.CLIENT_IDENTIFICATION.set(client, "PINISI");
        CoreModuleProperties.AUTH_TIMEOUT.set(client, limits.connectTime());
        CoreModuleProperties.IDLE_TIMEOUT.set(client, limits.idleTime().plusSeconds(5));
        CoreModuleProperties.WINDOW_TIMEOUT.set(client, limits.idleTime());
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(client, limits.idleTime());
        return client;
    }

    private static List<KeyExchangeFactory> exchanges() {
        return ClientBuilder.setUpDefaultKeyExchanges(true).stream()
                .filter(exchange -> !exchange.getName().endsWith("sha1"))
                .toList();
    }

    /// The signatures that the server may prove its key with: those of keys of these types first, and no
    /// others when it is about one key. The server picks the first that it can.
    private List<NamedFactory<Signature>> ordered(Set<String> types) {
        List<NamedFactory<Signature>> first = new ArrayList<>();
        List<NamedFactory<Signature>> others = new ArrayList<>();
        for (NamedFactory<Signature> signature : SshKeys.SIGNATURES) {
            (types.contains(SshKeys.keyType(signature.getName())) ? first : others).add(signature);
        }
        if (first.isEmpty() || !settings.hostKeys().isPinned()) {
            first.addAll(others);
        }
        return List.copyOf(first);
    }
}
