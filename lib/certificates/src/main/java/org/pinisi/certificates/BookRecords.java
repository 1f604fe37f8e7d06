package org.pinisi.certificates;

import java.net.URI;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.pinisi.git.GitException;
import org.pinisi.http.Certified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the book has of authorities: accounts, how it stands with them, and the roots of local ones. What
/// cannot be read counts as absent, and is told in the log.
final class BookRecords {
    private static final Logger LOG = LoggerFactory.getLogger(BookRecords.class);

    private final BookStorage storage;
    private final KeySeal keySeal;
    private final Supplier<BookView> view;
    private final Supplier<SealRecord> seal;

    BookRecords(BookStorage storage, KeySeal keySeal, Supplier<BookView> view, Supplier<SealRecord> seal) {
        this.storage = storage;
        this.keySeal = keySeal;
        this.view = view;
        this.seal = seal;
    }

    /// Writes the seal down, if the book does not know it.
    static void noteSeal(BookStorage.Draft draft, SealRecord record) {
        List<SealRecord> known =
                draft.read(BookLayout.SEALS).map(SealFile::read).orElse(List.of());
        if (known.stream().noneMatch(other -> other.id().equals(record.id()))) {
            draft.write(BookLayout.SEALS, SealFile.write(SealFile.merged(known, List.of(record))));
        }
    }

    Optional<SealedAccount> account(URI directory) {
        return read(BookLayout.account(directory), bytes -> {
            ObjectNode node = BookJson.parse(bytes);
            PublicKey open = SealedKeys.publicKey(BookJson.binary(node, "public-key"));
            PrivateKey key = SealedKeys.open(
                    keySeal,
                    view.get().seals(),
                    SealedKeys.ofAccount(directory.toString()),
                    BookJson.binary(node, "sealed-key"),
                    open);
            URI location = BookJson.optionalUri(node, "location")
                    .orElseThrow(() -> new CertificateException("\"location\" is missing"));
            return new SealedAccount(directory, location, new KeyPair(open, key));
        });
    }

    void keepAccount(SealedAccount account) {
        URI directory = account.directory();
        if (!CertificateWords.belong(account.key())) {
            throw new CertificateException("the two halves of the account's key do not belong together");
        }
        SealRecord with = seal.get();
        ObjectNode node = BookJson.object();
        node.put("directory", directory.toString());
        node.put("location", account.location().toString());
        node.put(
                "public-key",
                Base64.getEncoder().encodeToString(account.key().getPublic().getEncoded()));
        node.put(
                "sealed-key",
                Base64.getEncoder()
                        .encodeToString(SealedKeys.seal(
                                keySeal,
                                with,
                                SealedKeys.ofAccount(directory.toString()),
                                account.key().getPrivate())));
        storage.change("The account at " + host(directory), draft -> {
            noteSeal(draft, with);
            draft.write(BookLayout.account(directory), BookJson.bytes(node));
        });
    }

    Optional<AuthorityState> state(URI directory) {
        return read(BookLayout.authority(directory), bytes -> {
            ObjectNode node = BookJson.parse(bytes);
            return new AuthorityState(
                    Math.max(0, BookJson.number(node, "failures")),
                    BookJson.instant(node, "not-before"),
                    BookJson.text(node, "words"));
        });
    }

    void keepState(URI directory, AuthorityState state) {
        ObjectNode node = BookJson.object();
        node.put("directory", directory.toString());
        node.put("failures", state.failures());
        node.put("not-before", state.notBefore().toString());
        node.put("words", state.words());
        String words = state.failures() == 0
                ? host(directory) + ": answers"
                : "%s: not before %s, after %d failures: %s"
                        .formatted(
                                host(directory),
                                state.notBefore(),
                                state.failures(),
                                BookText.line(state.words(), BookText.SHORT));
        storage.change(words, draft -> draft.write(BookLayout.authority(directory), BookJson.bytes(node)));
    }

    Optional<Certified> local(String name) {
        BookName.check(name);
        return read(BookLayout.local(name), bytes -> {
            CertificateFile file = CertificateFile.read(bytes);
            PrivateKey key = SealedKeys.open(
                    keySeal,
                    view.get().seals(),
                    SealedKeys.ofAuthority(name),
                    file.sealed(),
                    file.chain().getFirst().getPublicKey());
            return new Certified(file.chain(), key);
        });
    }

    void keepLocal(String name, Certified root) {
        BookName.check(name);
        if (!CertificateWords.belong(root.chain().getFirst().getPublicKey(), root.key())) {
            throw new CertificateException("the private key does not belong to the root of " + name);
        }
        SealRecord with = seal.get();
        CertificateFile file = new CertificateFile(
                root.chain(), SealedKeys.seal(keySeal, with, SealedKeys.ofAuthority(name), root.key()));
        storage.change("The root of the local authority " + name, draft -> {
            noteSeal(draft, with);
            draft.write(BookLayout.local(name), file.write("The root of the local authority " + name));
        });
    }

    private <T> Optional<T> read(String path, Function<byte[], T> reading) {
        try {
            Optional<byte[]> bytes = storage.now().read(path);
            return bytes.isEmpty() || (keySeal.isLocked() && !path.startsWith(BookLayout.AUTHORITIES))
                    ? Optional.empty()
                    : Optional.of(reading.apply(bytes.get()));
        } catch (CertificateException | GitException unusable) {
            LOG.warn("event=book_defect path=\"{}\" problem=\"{}\" action=left-aside", path, unusable.getMessage());
            return Optional.empty();
        }
    }

    private static String host(URI directory) {
        String host = directory.getHost();
        return BookText.line(host == null ? directory.toString() : host, BookText.SHORT);
    }
}
