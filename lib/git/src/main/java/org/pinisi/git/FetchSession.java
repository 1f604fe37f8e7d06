package org.pinisi.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.jspecify.annotations.Nullable;

/// One clone or fetch, whichever way it comes: protocol versions 0 and 2 (gitprotocol-v2(5)).
final class FetchSession {
    private final RepositoryStore store;
    private final GitRepository repository;
    private final List<String> parameters;

    /// @param protocol what the client sent as `Git-Protocol` or `GIT_PROTOCOL`, such as `version=2`
    FetchSession(RepositoryStore store, GitRepository repository, Optional<String> protocol) {
        this.store = store;
        this.repository = repository;
        this.parameters = protocol.map(text -> List.of(text.split(":"))).orElse(List.of());
    }

    /// Writes what `info/refs` answers.
    void advertise(OutputStream out) throws IOException {
        try (UploadPack upload = upload(false)) {
            upload.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(new PacketLineOut(out)), "git-upload-pack");
        }
    }

    /// Speaks git-upload-pack with the client.
    ///
    /// @param advertise whether the client has not seen the refs yet, as over SSH
    /// @throws GitException when too many fetches run
    @SuppressWarnings("NullAway") // JGit: null when there is no channel for messages.
    void run(InputStream in, OutputStream out, @Nullable OutputStream messages, boolean advertise) throws IOException {
        try (PushSession.Permit _ = PushSession.Permit.take(store.fetching(), store.limits(), "fetches");
                UploadPack upload = upload(advertise)) {
            upload.upload(in, out, messages);
        }
    }

    private UploadPack upload(boolean bidirectional) {
        UploadPack upload = new UploadPack(repository.jgit());
        upload.setBiDirectionalPipe(bidirectional);
        upload.setExtraParameters(parameters);
        upload.setRefFilter(FetchSession::visible);
        return upload;
    }

    /// All refs but ours.
    static Map<String, Ref> visible(Map<String, Ref> refs) {
        Map<String, Ref> visible = new HashMap<>(refs);
        visible.keySet().removeIf(name -> name.startsWith(Ids.HIDDEN));
        return visible;
    }
}
