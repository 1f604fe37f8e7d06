package org.pinisi.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.UserAuthFactory;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/// Offers identities through MINA.
final class SshIdentities {
    private SshIdentities() {}

    /// @return what is offered, for messages
    /// @throws GitException when a key file cannot be used
    static List<String> offer(SshClient client, List<SshIdentity> identities) {
        List<String> offered = new ArrayList<>();
        List<UserAuthFactory> ways = new ArrayList<>();
        ways.add(new UserAuthPublicKeyFactory(SshKeys.SIGNATURES));
        for (SshIdentity identity : identities) {
            switch (identity) {
                case SshIdentity.KeyFile(Path file, Supplier<Optional<String>> passphrase) -> {
                    KeyPair pair = load(file, passphrase);
                    client.addPublicKeyIdentity(pair);
                    offered.add(file + " (" + SshKeys.fingerprint(SshKeys.blob(pair.getPublic())) + ")");
                }
                case SshIdentity.Keys(KeyPair pair) -> {
                    client.addPublicKeyIdentity(pair);
                    offered.add("the key " + SshKeys.fingerprint(SshKeys.blob(pair.getPublic())));
                }
                case SshIdentity.Agent(Path socket) -> {
                    SshAgentClient.Factory agent = new SshAgentClient.Factory(socket);
                    if (agent.answers()) {
                        client.setAgentFactory(agent);
                        offered.add("the agent at " + socket);
                    } else {
                        offered.add("no agent, since none answers at " + socket);
                    }
                }
                case SshIdentity.Password(String secret) -> {
                    client.addPasswordIdentity(secret);
                    ways.add(UserAuthPasswordFactory.INSTANCE);
                    offered.add("a password");
                }
            }
        }
        client.setUserAuthFactories(ways);
        return offered;
    }

    private static KeyPair load(Path file, Supplier<Optional<String>> passphrase) {
        HostKey.refuseWhenShared("private key", file);
        FilePasswordProvider provider =
                (_, _, retry) -> retry > 0 ? null : passphrase.get().orElse(null);
        try (InputStream in = Files.newInputStream(file)) {
            Iterable<KeyPair> keys =
                    SecurityUtils.loadKeyPairIdentities(null, NamedResource.ofName(file.toString()), in, provider);
            if (keys != null) {
                for (KeyPair key : keys) {
                    return key;
                }
            }
            throw new GitException("the file " + file + " holds no private key that can be read; has it a passphrase?");
        } catch (IOException | GeneralSecurityException failure) {
            throw new GitException("cannot read the private key in " + file + ": " + failure.getMessage(), failure);
        }
    }
}
