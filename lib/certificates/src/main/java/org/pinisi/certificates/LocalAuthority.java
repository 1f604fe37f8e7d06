package org.pinisi.certificates;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.pinisi.http.Certified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Our own authority: its root lies in the book, and is made when it is first needed. Thread-safe.
final class LocalAuthority {
    /// The root's name in the book.
    static final String IN_BOOK = "local";

    private static final Logger LOG = LoggerFactory.getLogger(LocalAuthority.class);
    private static final Duration ROOT_LIFE = Duration.ofDays(3650);
    private static final List<String> PRIVATE_NETWORKS = List.of(
            "127.0.0.0/255.0.0.0",
            "10.0.0.0/255.0.0.0",
            "172.16.0.0/255.240.0.0",
            "192.168.0.0/255.255.0.0",
            "169.254.0.0/255.255.0.0",
            "100.64.0.0/255.192.0.0",
            "0:0:0:0:0:0:0:1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "fc00:0:0:0:0:0:0:0/fe00:0:0:0:0:0:0:0",
            "fe80:0:0:0:0:0:0:0/ffc0:0:0:0:0:0:0:0");
    // An address that nobody has: with it permitted, no other one is.
    private static final String NO_NETWORK = "192.0.2.255/255.255.255.255";

    private final Issuer.Local issuer;
    private final CertificateBook book;
    private final CertificateMaker maker;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    LocalAuthority(Issuer.Local issuer, CertificateBook book, CertificateMaker maker, InstantSource clock) {
        this.issuer = issuer;
        this.book = book;
        this.maker = maker;
        this.clock = clock;
    }

    Issuer.Local issuer() {
        return issuer;
    }

    /// The root, if there is one already.
    static Optional<X509Certificate> known(CertificateBook book) {
        return book.localAuthority(IN_BOOK).map(root -> root.chain().getFirst());
    }

    /// The root, made now if there is none that outlives a certificate.
    Certified root() {
        lock.lock();
        try {
            Instant now = clock.instant();
            Optional<Certified> kept = book.localAuthority(IN_BOOK).filter(root -> outlives(root, now));
            if (kept.isPresent()) {
                return kept.get();
            }
            Certified made = maker.root(issuer.name(), issuer.keyType(), permitted(), now, ROOT_LIFE);
            book.keepLocalAuthority(IN_BOOK, made);
            LOG.info(
                    "event=local-authority-made subject=\"{}\" not-after={}",
                    made.chain().getFirst().getSubjectX500Principal(),
                    made.chain().getFirst().getNotAfter().toInstant());
            return made;
        } finally {
            lock.unlock();
        }
    }

    private boolean outlives(Certified root, Instant now) {
        return root.chain().getFirst().getNotAfter().toInstant().isAfter(now.plus(issuer.life()));
    }

    private List<GeneralSubtree> permitted() {
        List<GeneralSubtree> trees = new ArrayList<>();
        if (issuer.suffixes().contains("")) {
            return trees;
        }
        for (String suffix : issuer.suffixes()) {
            trees.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, suffix)));
        }
        for (String network : issuer.addresses() ? PRIVATE_NETWORKS : List.of(NO_NETWORK)) {
            trees.add(new GeneralSubtree(new GeneralName(GeneralName.iPAddress, network)));
        }
        return trees;
    }

    Certified issue(List<SubjectName> names, KeyPair key) {
        Certified root = root();
        KeyType rootType = keyType(root.chain().getFirst());
        Instant now = clock.instant();
        return maker.leaf(root, rootType, names, key, now, now.plus(issuer.life()));
    }

    private static KeyType keyType(X509Certificate root) {
        for (KeyType type : KeyType.values()) {
            if (type.matches(root.getPublicKey())) {
                return type;
            }
        }
        throw new CertificateException("the local root has a key of no kind that is known here ("
                + root.getPublicKey().getAlgorithm() + ")");
    }
}
