package org.pinisi.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.pinisi.http.Certified;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pinisi cert export`.
@Command(
        name = "export",
        description = {
            "Writes a name's certificate and its key as PEM, for other programs.",
            "The key's file has mode 0600. Files that are there are not written over."
        },
        footerHeading = "%nExample:%n",
        footer = "  pinisi cert export blog.example.org -c fullchain.pem -p privkey.pem")
final class CertExport implements Callable<Integer> {
    private static final int LINE = 64;

    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private BookOptions options = new BookOptions();

    @Parameters(paramLabel = "NAME", description = "The name.")
    private String name = "";

    @Option(
            names = {"-c", "--cert", "--certificate"},
            paramLabel = "FILE",
            description = "Where the certificate goes, with those that vouch for it (default: NAME.pem).")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = {"-p", "--private-key"},
            paramLabel = "FILE",
            description = "Where the key goes (default: NAME.key).")
    private Optional<Path> privateKey = Optional.empty();

    @Override
    public Integer call() throws Exception {
        try (OpenBook open = options.open(scope, BookOptions.Need.PHRASE)) {
            String known = open.entry(name).name();
            String file = known.replace("*", "_").replace(':', '-');
            Path chainFile = certificate.orElse(Path.of(file + ".pem"));
            Path keyFile = privateKey.orElse(Path.of(file + ".key"));
            refuse(chainFile);
            refuse(keyFile);
            Certified certified = open.entry(name)
                    .certified()
                    .orElseThrow(() -> new CommandException(
                            ExitCodes.FAILED, "the book has no certificate for " + known + " that can be opened"));
            writeKey(keyFile, certified);
            write(chainFile, chain(certified.chain()), "rw-r--r--");
            scope.out().println("wrote " + chainFile + " and " + keyFile);
            scope.out().flush();
        }
        return ExitCodes.DONE;
    }

    private static void refuse(Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw taken(file);
        }
    }

    private static CommandException taken(Path file) {
        return new CommandException(ExitCodes.FAILED, file + " is there already; nothing was written over it");
    }

    private static byte[] chain(List<X509Certificate> chain) throws CertificateEncodingException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : chain) {
            text.append(new String(pem("CERTIFICATE", each.getEncoded()), StandardCharsets.US_ASCII));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void writeKey(Path file, Certified certified) throws IOException {
        byte[] plain = certified.key().getEncoded();
        byte[] text = pem("PRIVATE KEY", plain);
        try {
            write(file, text, "rw-------");
        } finally {
            Arrays.fill(plain, (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }

    /// PEM (RFC 7468) without a string in between, which could not be wiped.
    private static byte[] pem(String label, byte[] contents) {
        byte[] head = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        byte[] tail = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        byte[] body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encode(contents);
        byte[] all = ByteBuffer.allocate(head.length + body.length + tail.length)
                .put(head)
                .put(body)
                .put(tail)
                .array();
        Arrays.fill(body, (byte) 0);
        return all;
    }

    /// Makes the file with its mode, so that nobody else can read it at any moment.
    private static void write(Path file, byte[] contents, String mode) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
            ByteBuffer bytes = ByteBuffer.wrap(contents);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException meanwhile) {
            throw taken(file);
        }
    }
}
