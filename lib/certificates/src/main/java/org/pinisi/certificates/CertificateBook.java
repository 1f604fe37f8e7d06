package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.pinisi.git.GitClient;
import org.pinisi.git.GitException;
import org.pinisi.git.GitStore;
import org.pinisi.git.RemoteBranch;
import org.pinisi.http.Certified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The book of certificates: an entry for each name, with its certificate, its key sealed by a pass phrase,
/// where its requests go, and what was tried. It lies in a branch of a Git repository, each change a commit
/// that says in words what was done; that repository and the pass phrase are enough to have everything
/// back.
///
/// What cannot be read of it (see [#defects]) is left aside and left as it is; all else is used. Nothing is
/// ever deleted but by [#remove], which is for a person.
///
/// Safe for any number of threads. Methods block on the disk, never on a remote, and throw
/// [CertificateException] when the repository cannot be read or written. A change is durable when its
/// method returns.
public final class CertificateBook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateBook.class);

    private final BookStorage storage;
    private final BookSettings settings;
    private final KeySeal keySeal;
    private final BookReader reader;
    private final BookRecords records;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Optional<BookView> newest = Optional.empty();

    CertificateBook(BookStorage storage, PassPhrase phrase, BookSettings settings) {
        this.storage = storage;
        this.settings = settings;
        this.keySeal = new KeySeal(phrase);
        this.reader = new BookReader(keySeal);
        this.records = new BookRecords(storage, keySeal, this::view, this::seal);
    }

    /// The book in a store.
    ///
    /// @param store stays the caller's, to be closed after the book
    /// @param phrase stays the caller's too; [PassPhrase#none] for a book without its keys
    /// @throws CertificateException when the pass phrase is not the one that the book was sealed with
    public static CertificateBook open(GitStore store, PassPhrase phrase, BookSettings settings) {
        return opened(
                new GitBookStorage(requireNonNull(store, "store"), settings.author(), Optional.empty(), List.of()),
                phrase,
                settings);
    }

    /// The book in the branch `main` of a bare repository on this machine, which is made when there is none.
    public static CertificateBook local(Path folder, PassPhrase phrase, BookSettings settings) {
        return opened(BookPlaces.local(folder, settings), phrase, settings);
    }

    /// The book in a branch elsewhere, which comes to be with the first change. It is copied to `folder`
    /// and kept in step by itself: while the remote is away it is used and changed on here, and pushed
    /// later. Two programs may use one remote; where both changed the same, the certificate that lives
    /// longer stays.
    ///
    /// @param client stays the caller's, to be closed after the book
    /// @param folder a bare repository of this book alone, made when there is none
    /// @throws CertificateException also when the remote does not answer and nothing of it is here yet
    public static CertificateBook remote(
            GitClient client, RemoteBranch branch, Path folder, PassPhrase phrase, BookSettings settings) {
        return opened(BookPlaces.remote(client, branch, folder, settings, true), phrase, settings);
    }

    /// As [#remote], for one look or change: it is in step when this returns, and after that only when
    /// [#synchronise] is called.
    public static CertificateBook visit(
            GitClient client, RemoteBranch branch, Path folder, PassPhrase phrase, BookSettings settings) {
        return opened(BookPlaces.remote(client, branch, folder, settings, false), phrase, settings);
    }

    /// An empty book in memory, gone with the program; for tests and trials.
    public static CertificateBook inMemory(InstantSource clock) {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return opened(new MemoryBookStorage(), PassPhrase.key(key), BookSettings.of(clock));
    }

    static CertificateBook opened(BookStorage storage, PassPhrase phrase, BookSettings settings) {
        CertificateBook book = new CertificateBook(storage, phrase, settings);
        boolean fits = false;
        try {
            book.checkPhrase();
            fits = true;
            return book;
        } finally {
            if (!fits) {
                book.close();
            }
        }
    }

    /// A book whose seals cannot be read must not get new ones beside them, and no key is tried with a
    /// wrong phrase.
    private void checkPhrase() {
        if (keySeal.isLocked()) {
            return;
        }
        List<SealRecord> seals;
        try {
            seals = storage.now().read(BookLayout.SEALS).map(SealFile::read).orElse(List.of());
        } catch (CertificateException | GitException unreadable) {
            throw new CertificateException(
                    "the book cannot be opened: " + BookLayout.SEALS + ": " + unreadable.getMessage()
                            + "; take it back from the history, or open the book without the pass phrase",
                    unreadable);
        }
        if (!seals.isEmpty() && !keySeal.fits(seals.getFirst())) {
            throw new CertificateException("this is not the pass phrase of the book, which was chosen at "
                    + seals.getFirst().made() + "; nothing was changed");
        }
    }

    /// The one spelling of a name: lower case and ASCII, without a dot at the end.
    ///
    /// @param text a host name, also in Unicode, a wildcard `*.example.org`, or an IP address
    /// @throws CertificateException when it is none
    public static String name(String text) {
        return BookName.of(text);
    }

    /// Whether a pass phrase was chosen for the book, which happens with the first key that it keeps.
    public boolean isSealed() {
        return !view().seals().isEmpty();
    }

    /// All entries, sorted by name.
    public List<BookEntry> entries() {
        return List.copyOf(view().entries().values());
    }

    /// The entry of a name, if there is one.
    public Optional<BookEntry> entry(String name) {
        return Optional.ofNullable(view().entries().get(name));
    }

    /// What of the book cannot be used, and why.
    public List<BookDefect> defects() {
        return view().defects();
    }

    /// Takes a new certificate in, in one commit. The entry comes to be if there is none; a certificate
    /// before it stays in the history.
    ///
    /// @throws CertificateException also when the certificate is not for the name, when its key does not belong to
    ///     it, and when there is no pass phrase
    public void keep(String name, Certified certified, Provenance provenance) {
        BookName.check(name);
        SealedCertificate sealed = sealed(name, certified, provenance);
        storage.change(name + ": " + sealed.words(), draft -> {
            sealed.write(draft);
            editable(draft, name)
                    .ifPresent(entry -> write(
                            draft,
                            name,
                            entry.withCertificate(sealed.description()).withWanted(Optional.empty())));
        });
    }

    /// Notes what was tried; the last 50 tries are kept. The entry comes to be if there is none.
    public void attempt(String name, Attempt attempt) {
        String what = BookJson.word(attempt.outcome());
        change(
                name,
                "%s: %s at %s: %s".formatted(name, what, attempt.authority(), shortened(attempt.words())),
                entry -> entry.with(attempt));
    }

    /// Takes a whole entry in, in one commit: target, protocols and, where it has one, certificate with
    /// provenance. The tries of an entry that is there stay.
    public void add(BookEntry entry) {
        String name = entry.name();
        String to = entry.target().map(target -> ", target " + target).orElse("");
        Optional<SealedCertificate> sealed = entry.certified()
                .map(certified -> sealed(
                        name,
                        certified,
                        entry.provenance()
                                .orElseGet(() -> Provenance.given(
                                        CertificateWords.authority(
                                                certified.chain().getFirst()),
                                        now()))));
        String message = name + ": added" + to
                + sealed.map(file -> ", certificate " + file.words()).orElse("");
        storage.change(message, draft -> {
            sealed.ifPresent(file -> file.write(draft));
            editable(draft, name).ifPresent(file -> {
                EntryFile described = sealed.map(known -> file.withCertificate(known.description()))
                        .orElse(file);
                write(draft, name, described.withTarget(entry.target()).withProtocols(entry.protocols()));
            });
        });
    }

    /// Says where the requests of a name go; empty for nowhere.
    public void target(String name, Optional<String> target) {
        change(name, name + target.map(to -> ": target " + to).orElse(": no target"), file -> file.withTarget(target));
    }

    /// Notes that a person wants a new certificate for a name before its time. It stands until the next
    /// certificate is kept.
    public void want(String name) {
        Instant now = now();
        change(name, name + ": a new certificate is wanted", file -> file.withWanted(Optional.of(now)));
    }

    /// Forgets a name; its certificates stay in the history. Only ever because a person wants it.
    ///
    /// @return whether there was such an entry
    public boolean remove(String name) {
        BookName.check(name);
        return storage.change(name + ": removed", draft -> {
            draft.delete(BookLayout.entry(name));
            draft.delete(BookLayout.certificate(name));
        });
    }

    /// Our account at an ACME authority, if the book has it and the pass phrase opens it.
    ///
    /// @param directory of the authority (RFC 8555, section 7.1.1)
    public Optional<SealedAccount> account(URI directory) {
        return records.account(directory);
    }

    /// Keeps the account, in place of one before.
    ///
    /// @param location the account's URL at the authority
    public void keepAccount(URI directory, URI location, KeyPair key) {
        records.keepAccount(new SealedAccount(directory, location, key));
    }

    /// How it stands with an authority for all names together.
    public Optional<AuthorityState> authorityState(URI directory) {
        return records.state(directory);
    }

    /// Remembers how it stands with an authority.
    public void keepAuthorityState(URI directory, AuthorityState state) {
        records.keepState(directory, state);
    }

    /// The root of a local authority, if the book has it and the pass phrase opens it.
    ///
    /// @param name its name in the book: as a host name
    public Optional<Certified> localAuthority(String name) {
        return records.local(name);
    }

    /// Keeps the root of a local authority, in place of one before.
    public void keepLocalAuthority(String name, Certified root) {
        records.keepLocal(name, root);
    }

    /// Calls `changed` on a thread of its own after changes, also after those that others pushed. Calls do
    /// not pile up: several changes may be one call.
    public BookWatch watch(Runnable changed) {
        return storage.watch(requireNonNull(changed, "changed"));
    }

    /// Chooses another pass phrase: all keys are sealed with it anew, in one commit. What the history holds
    /// stays sealed with the old one. Close this book afterwards, and open it with the new one.
    ///
    /// @param fresh stays the caller's
    /// @throws CertificateException that names the file, when a key cannot be opened now; then nothing is changed
    public void reseal(PassPhrase fresh) {
        if (keySeal.isLocked() || fresh.kind() == PassPhrase.Kind.NONE) {
            throw new CertificateException("changing the pass phrase needs the old and the new one");
        }
        try (KeySeal to = new KeySeal(fresh)) {
            SealRecord seal = to.create(settings.cost(), now());
            storage.change("The pass phrase was changed", new BookResealing(keySeal, view().seals(), to, seal));
        }
    }

    /// Makes this and the remote the same, now, and waits for it.
    ///
    /// @return why they are not, in words; empty when they are, or there is no remote
    public Optional<String> synchronise() {
        return storage.synchronise();
    }

    /// How it stands with the remote, in words; empty when there is none.
    public Optional<String> remoteStatus() {
        return storage.status();
    }

    /// Ends what this book began, with its copy of keys. A store or pass phrase that it was given stays the
    /// caller's.
    @Override
    public void close() {
        keySeal.close();
        storage.close();
    }

    /// Whether it was opened without its pass phrase, so that it shows no keys and takes none.
    boolean isLocked() {
        return keySeal.isLocked();
    }

    /// To the second, as people read it.
    private Instant now() {
        return settings.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private BookView view() {
        BookStorage.Version now = storage.now();
        Optional<BookView> known = newest;
        if (known.isPresent() && known.get().version().equals(now.id())) {
            return known.get();
        }
        reading.lock();
        try {
            BookStorage.Version latest = storage.now();
            Optional<BookView> meanwhile = newest;
            if (meanwhile.isPresent() && meanwhile.get().version().equals(latest.id())) {
                return meanwhile.get();
            }
            BookView fresh = reader.read(latest);
            tell(meanwhile.map(BookView::defects).orElse(List.of()), fresh.defects());
            newest = Optional.of(fresh);
            return fresh;
        } finally {
            reading.unlock();
        }
    }

    private static void tell(List<BookDefect> before, List<BookDefect> now) {
        List<BookDefect> fresh = new ArrayList<>(now);
        fresh.removeAll(before);
        fresh.forEach(defect -> LOG.warn(
                "event=book_defect path=\"{}\" problem=\"{}\" action=left-aside", defect.path(), defect.problem()));
    }

    /// The seal to seal with: the newest that the pass phrase belongs to, or a fresh one for an empty book.
    /// When somebody changed the pass phrase meanwhile that is the old one, so that nothing is lost.
    private SealRecord seal() {
        if (keySeal.isLocked()) {
            throw new CertificateException("the book is open without its pass phrase, so it can keep no key");
        }
        List<SealRecord> seals = view().seals();
        return keySeal.newest(seals).orElseGet(() -> keySeal.create(settings.cost(), now()));
    }

    private SealedCertificate sealed(String name, Certified certified, Provenance provenance) {
        boolean again = entry(name).filter(entry -> !entry.chain().isEmpty()).isPresent();
        return SealedCertificate.of(name, certified, provenance, again, keySeal, this::seal);
    }

    private void change(String name, String message, UnaryOperator<EntryFile> change) {
        BookName.check(name);
        storage.change(
                message, draft -> editable(draft, name).ifPresent(entry -> write(draft, name, change.apply(entry))));
    }

    /// The entry's file as it is, or empty when it cannot be read: then it is left as it is, for a person
    /// to look.
    private static Optional<EntryFile> editable(BookStorage.Draft draft, String name) {
        try {
            return Optional.of(
                    draft.read(BookLayout.entry(name)).map(EntryFile::read).orElse(EntryFile.EMPTY));
        } catch (CertificateException unreadable) {
            LOG.warn("event=book_entry_left_as_is name={} reason=\"{}\"", name, unreadable.getMessage());
            return Optional.empty();
        }
    }

    private static void write(BookStorage.Draft draft, String name, EntryFile entry) {
        String path = BookLayout.entry(name);
        draft.write(path, entry.write(draft.read(path)));
    }

    private static String shortened(String words) {
        return BookText.line(words, BookText.SHORT);
    }
}
