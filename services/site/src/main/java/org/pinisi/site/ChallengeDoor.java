package org.pinisi.site;

import java.util.Optional;
import org.pinisi.http.FastPath;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.PreparedAnswer;

/// Answers authorities that look for a token (RFC 8555 section 8.3), and leaves all others to the door behind.
final class ChallengeDoor implements FastPath {
    private static final String TYPE = "application/octet-stream";
    private static final String PREFIX = "/.well-known/acme-challenge/";
    private static final int LONGEST_TOKEN = 256;

    private final SiteCertificates certificates;
    private final FastPath fast;

    ChallengeDoor(SiteCertificates certificates, FastPath fast) {
        this.certificates = certificates;
        this.fast = fast;
    }

    @Override
    public boolean answer(FastRequest request, FastReply reply) {
        Optional<String> proof = proof(request.rawPath());
        if (proof.isEmpty()) {
            return fast.answer(request, reply);
        }
        reply.send(PreparedAnswer.status(200)
                .field("Content-Type", TYPE)
                .text(proof.get())
                .build());
        return true;
    }

    private Optional<String> proof(String path) {
        boolean asked = path.startsWith(PREFIX) && path.length() <= PREFIX.length() + LONGEST_TOKEN;
        return asked ? certificates.answer(path.substring(PREFIX.length())) : Optional.empty();
    }
}
