package org.pinisi.certificates;

import java.net.URI;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Opens all keys of a book and seals them anew.
///
/// @param from opens them
/// @param seals that they may be sealed by
/// @param to seals them
/// @param seal the new one
record BookResealing(KeySeal from, List<SealRecord> seals, KeySeal to, SealRecord seal)
        implements Consumer<BookStorage.Draft> {
    @Override
    public void accept(BookStorage.Draft draft) {
        for (String folder : draft.folders(BookLayout.NAMES)) {
            BookName.ofFolder(folder)
                    .ifPresent(name -> certificate(draft, BookLayout.certificate(name), SealedKeys.ofName(name)));
        }
        for (String file : draft.files(BookLayout.LOCAL)) {
            BookLayout.localName(file)
                    .ifPresent(name -> certificate(draft, BookLayout.local(name), SealedKeys.ofAuthority(name)));
        }
        for (String file : draft.files(BookLayout.ACCOUNTS)) {
            account(draft, BookLayout.ACCOUNTS + "/" + file);
        }
        BookRecords.noteSeal(draft, seal);
    }

    private void certificate(BookStorage.Draft draft, String path, String purpose) {
        named(
                path,
                () -> draft.read(path).ifPresent(bytes -> {
                    CertificateFile file = CertificateFile.read(bytes);
                    byte[] sealed = again(
                            purpose, file.sealed(), file.chain().getFirst().getPublicKey());
                    draft.write(path, new CertificateFile(file.chain(), sealed).write(CertificateFile.title(bytes)));
                }));
    }

    private void account(BookStorage.Draft draft, String path) {
        named(
                path,
                () -> draft.read(path).ifPresent(bytes -> {
                    ObjectNode node = BookJson.parse(bytes);
                    String directory =
                            URI.create(BookJson.text(node, "directory")).toString();
                    byte[] sealed = again(
                            SealedKeys.ofAccount(directory),
                            BookJson.binary(node, "sealed-key"),
                            SealedKeys.publicKey(BookJson.binary(node, "public-key")));
                    node.put("sealed-key", Base64.getEncoder().encodeToString(sealed));
                    draft.write(path, BookJson.bytes(node));
                }));
    }

    private byte[] again(String purpose, byte[] sealed, PublicKey open) {
        PrivateKey key = SealedKeys.open(from, seals, purpose, sealed, open);
        return SealedKeys.seal(to, seal, purpose, key);
    }

    private static void named(String path, Runnable work) {
        try {
            work.run();
        } catch (CertificateException unusable) {
            throw new CertificateException(
                    "the pass phrase was not changed, because of " + path + ": " + unusable.getMessage(), unusable);
        }
    }
}
