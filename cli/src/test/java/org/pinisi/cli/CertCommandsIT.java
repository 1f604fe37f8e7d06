package org.pinisi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.certificates.ReloadCheck;
import org.pinisi.certificates.ReloadSignal;
import org.pinisi.http.Address;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `pinisi cert` on a remote that git(1) made, with certificates that openssl(1) made.
final class CertCommandsIT {
    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = Map.of(
            "PATH", System.getenv("PATH"),
            "HOME", "/nonexistent",
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_AUTHOR_NAME", "Author",
            "GIT_AUTHOR_EMAIL", "author@example.org",
            "GIT_COMMITTER_NAME", "Author",
            "GIT_COMMITTER_EMAIL", "author@example.org");
    private String remote = "";
    private String pass = "";

    @BeforeEach
    void makeRemote() throws Exception {
        shell("git", "init", "--quiet", "--bare", "-b", "main", "book.git");
        remote = folder.resolve("book.git").toString();
        pass = secret("pass.txt", "correct horse");
    }

    private String secret(String name, String words) throws Exception {
        Path file = Files.writeString(folder.resolve(name), words + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return "file:" + file;
    }

    private String shell(String... command) throws Exception {
        Shell.Result result = new Shell(folder, environment).run(List.of(command));
        assertThat(result.exitCode())
                .as(String.join(" ", command) + result.err())
                .isZero();
        return result.out();
    }

    /// A certificate for a name, and its key, as NAME.crt and NAME.pkey.
    private void certificate(String name) throws Exception {
        shell(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "90",
                "-subj",
                "/O=Let's Encrypt/CN=E7",
                "-addext",
                "subjectAltName=DNS:" + name,
                "-keyout",
                name + ".pkey",
                "-out",
                name + ".crt");
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private int cert(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("cert", arguments[0], "-r", remote));
        all.addAll(List.of(arguments).subList(1, arguments.length));
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    private int addWithCertificate(String name) throws Exception {
        certificate(name);
        return cert(
                "add",
                "-h",
                name,
                "-i",
                "10.0.0.3:8080",
                "-c",
                file(name + ".crt"),
                "-p",
                file(name + ".pkey"),
                "--pass",
                pass);
    }

    private String history() throws Exception {
        return shell("git", "-C", remote, "log", "--format=%s", "--all");
    }

    @Test
    void aNameWithoutCertificateIsAddedWithoutAnyPassPhrase() throws Exception {
        assertThat(cert("add", "-h", "Blog.Example.org", "-i", "10.0.0.3"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .isEqualTo("added blog.example.org to 10.0.0.3; no certificate given: the edge gets one\n");
        assertThat(history()).isEqualTo("blog.example.org: added, target 10.0.0.3\n");
        assertThat(shell("git", "-C", remote, "show", "main:names/blog.example.org/entry.json"))
                .contains("\"10.0.0.3\"")
                .contains("\"h2\"");
    }

    @Test
    void aGivenCertificateIsListedShownAndExportedAgain() throws Exception {
        assertThat(addWithCertificate("blog.example.org")).as(err.toString()).isZero();
        assertThat(out.toString())
                .startsWith("added blog.example.org to 10.0.0.3:8080; certificate of Let's Encrypt (E7), valid until");

        assertThat(cert("list")).isZero();
        assertThat(out.toString().lines().toList().get(1))
                .matches("blog\\.example\\.org +Let's Encrypt \\(E7\\) +89 +given +10\\.0\\.0\\.3:8080 +-");

        assertThat(cert("show", "blog.example.org")).isZero();
        assertThat(out.toString()).contains("target       10.0.0.3:8080 (http/1.1, h2)", "89 days left");

        Path chain = folder.resolve("out.pem");
        Path key = folder.resolve("out.key");
        assertThat(cert("export", "blog.example.org", "-c", chain.toString(), "-p", key.toString(), "--pass", pass))
                .as(err.toString())
                .isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(chain).hasSameTextualContentAs(folder.resolve("blog.example.org.crt"));
        assertThat(shell("openssl", "pkey", "-in", key.toString(), "-pubout"))
                .isEqualTo(shell("openssl", "pkey", "-in", "blog.example.org.pkey", "-pubout"));

        assertThat(cert("export", "blog.example.org", "-c", chain.toString(), "-p", key.toString(), "--pass", pass))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("is there already; nothing was written over it");
    }

    @Test
    void listingForProgramsIsJson() throws Exception {
        assertThat(addWithCertificate("blog.example.org")).isZero();
        assertThat(cert("list", "--json")).isZero();
        JsonNode list = JsonMapper.shared().readTree(out.toString());
        JsonNode entry = list.path("entries").get(0);
        assertThat(entry.path("name").stringValue()).isEqualTo("blog.example.org");
        assertThat(entry.path("daysLeft").intValue()).isEqualTo(89);
        assertThat(entry.path("source").stringValue()).isEqualTo("given");
        assertThat(list.path("defects").isEmpty()).isTrue();
        assertThat(out.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void whatIsWrongIsToldBeforeAnythingIsPushed() throws Exception {
        certificate("other.example");
        certificate("blog.example.org");
        String crt = file("blog.example.org.crt");
        String key = file("blog.example.org.pkey");
        Map<List<String>, String> wrong = Map.of(
                List.of("-h", "no name"), "is no name for a certificate",
                List.of("-h", "a.example", "-i", "10.0.0.3:99999"), "is no target",
                List.of("-h", "a.example", "--alpn", "spdy"), "are no protocols",
                List.of("-h", "blog.example.org", "-c", crt), "--cert needs --private-key",
                List.of("-h", "blog.example.org", "-p", key), "--private-key is for --cert",
                List.of("-h", "blog.example.org", "-c", file("other.example.crt"), "-p", file("other.example.pkey")),
                        "not for blog.example.org but for other.example",
                List.of("-h", "blog.example.org", "-c", crt, "-p", file("other.example.pkey")),
                        "does not belong to the certificate",
                List.of("-h", "blog.example.org", "-c", file("nowhere.crt"), "-p", key), "cannot read",
                List.of("-h", "a.example", "-i", "10.0.0.3", "-t", "127.0.0.1:x"), "--target",
                List.of("-h", "a.example", "-t", "127.0.0.1"), "there is no terminal to ask for the pass phrase");
        wrong.forEach((arguments, message) -> {
            List<String> all = new ArrayList<>(List.of("add"));
            all.addAll(arguments);
            assertThat(cert(all.toArray(String[]::new))).as(message).isEqualTo(ExitCodes.USAGE);
            assertThat(err.toString()).contains(message);
        });
        assertThat(cert("add", "-h", "a.example", "-t", "127.0.0.1", "--pass", "correct horse"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString())
                .contains("--pass is file:PATH or env:VARIABLE")
                .doesNotContain("horse");
        assertThat(history()).isEmpty();
    }

    @Test
    void aPassPhraseThatOthersCanReadIsRefused() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("pass.txt"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(addWithCertificate("blog.example.org")).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("can be read or changed by other users; do: chmod 600");
        assertThat(history()).isEmpty();
    }

    @Test
    void aWrongPassPhraseChangesNothing() throws Exception {
        assertThat(addWithCertificate("blog.example.org")).isZero();
        String before = history();
        certificate("two.example");
        assertThat(cert(
                        "add",
                        "-h",
                        "two.example",
                        "-c",
                        file("two.example.crt"),
                        "-p",
                        file("two.example.pkey"),
                        "--pass",
                        secret("wrong.txt", "wrong horse")))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("this is not the pass phrase of the book");
        assertThat(history()).isEqualTo(before);
    }

    @Test
    void addingAgainChangesWhatIsGivenAndKeepsTheRest() throws Exception {
        assertThat(addWithCertificate("blog.example.org")).isZero();
        assertThat(cert("add", "-h", "blog.example.org", "-i", "10.0.0.4")).isZero();
        assertThat(out.toString()).isEqualTo("changed blog.example.org to 10.0.0.4; its certificate stays\n");
        assertThat(cert("show", "blog.example.org")).isZero();
        assertThat(out.toString()).contains("10.0.0.4", "89 days left");
    }

    @Test
    void aNameIsRemovedWithYesAlone() throws Exception {
        assertThat(addWithCertificate("blog.example.org")).isZero();
        assertThat(cert("remove", "blog.example.org")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("add --yes");
        assertThat(cert("remove", "--yes", "blog.example.org")).isZero();
        assertThat(cert("show", "blog.example.org")).isEqualTo(ExitCodes.NOT_FOUND);
        assertThat(history()).startsWith("blog.example.org: removed\n");
    }

    @Test
    void aRenewalIsWantedInTheBook() throws Exception {
        assertThat(addWithCertificate("blog.example.org")).isZero();
        assertThat(cert("renew", "blog.example.org")).isZero();
        assertThat(cert("show", "blog.example.org")).isZero();
        assertThat(out.toString()).contains("renewal      wanted since ");
        assertThat(cert("renew", "nobody.example")).isEqualTo(ExitCodes.NOT_FOUND);
    }

    @Test
    void anotherPassPhraseOpensTheBookAndTheOldOneNoLonger() throws Exception {
        assertThat(addWithCertificate("blog.example.org")).isZero();
        String fresh = secret("new.txt", "battery staple");
        assertThat(cert("reseal", "--pass", pass, "--new-pass", fresh))
                .as(err.toString())
                .isZero();
        assertThat(cert("export", "blog.example.org", "-c", file("a"), "-p", file("b"), "--pass", pass))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(cert("export", "blog.example.org", "-c", file("a"), "-p", file("b"), "--pass", fresh))
                .as(err.toString())
                .isZero();
    }

    @Test
    void aRunningEdgeIsToldAndItsAnswerIsPrinted() throws Exception {
        try (PassPhrase phrase = PassPhrase.file(folder.resolve("pass.txt"));
                ReloadSignal signal = ReloadSignal.of(phrase);
                Loops loops = Loops.create("test", 1)) {
            ReloadCheck check = new ReloadCheck(signal, InstantSource.system());
            try (HttpServer edge = HttpServer.builder(
                            Address.inet("127.0.0.1", 0),
                            request -> {
                                byte[] body = request.bodyAsBytes(ReloadSignal.MOST_BYTES);
                                Optional<String> why = request.rawPath().equals(ReloadSignal.PATH)
                                        ? check.refusal(request.fields(), body)
                                        : Optional.of("elsewhere");
                                return why.map(words -> Response.text(403, words))
                                        .orElseGet(() -> Response.text(200, "1 name more: blog.example.org"));
                            },
                            loops)
                    .start()) {
                String target = edge.address().toString();
                assertThat(cert("add", "-h", "blog.example.org", "-i", "10.0.0.3", "--pass", pass, "-t", target))
                        .as(err.toString())
                        .isZero();
                assertThat(out.toString()).endsWith("the edge at " + target + " says: 1 name more: blog.example.org\n");
                String wrong = secret("wrong.txt", "wrong horse");
                assertThat(cert("renew", "blog.example.org", "--pass", wrong, "-t", target))
                        .isEqualTo(ExitCodes.FAILED);
                assertThat(err.toString()).contains("refused the signal (403): the signal is not signed");
            }
        }
    }

    @Test
    void anEdgeThatDoesNotAnswerIsToldAfterTheBookIsChanged() throws Exception {
        assertThat(cert("add", "-h", "blog.example.org", "-i", "10.0.0.3", "--pass", pass, "-t", "127.0.0.1:1"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("the book is changed, but the edge did not answer");
        assertThat(history()).contains("blog.example.org: added");
    }

    @Test
    void aRepositoryOfContrunoIsTakenOver() throws Exception {
        certificate("blog.example.org");
        shell("git", "init", "--quiet", "-b", "main", "contruno");
        String json = "{\"own_cert\": [[%s], %s], \"ip\": \"10.0.0.2\", \"port\": -25536, \"alpn\": [{}, {}]}"
                .formatted(
                        quoted(Files.readString(folder.resolve("blog.example.org.crt"))),
                        quoted(Files.readString(folder.resolve("blog.example.org.pkey"))));
        Files.writeString(folder.resolve("contruno/blog.example.org"), json, UTF_8);
        Files.writeString(folder.resolve("contruno/READ_ME"), "hello", UTF_8);
        shell("git", "-C", "contruno", "add", "-A");
        shell("git", "-C", "contruno", "commit", "--quiet", "-m", "Committed by git-kv");

        String book = remote;
        remote = folder.resolve("contruno/.git").toString();
        assertThat(cert("import", "--into", book, "--pass", pass))
                .as(err.toString())
                .isZero();
        assertThat(out.toString().lines())
                .containsExactlyInAnyOrder(
                        "READ_ME: not taken: its name is no host name, so it is no domain's file",
                        "blog.example.org: taken; its port -25536 is 40000, which does not fit where Contruno keeps it",
                        "1 of 2 files taken");
        remote = book;
        assertThat(cert("list")).isZero();
        assertThat(out.toString()).contains("10.0.0.2:40000");
    }

    private static String quoted(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }

    @Test
    void whatCannotBeReadIsToldAndTheRestListed() throws Exception {
        assertThat(addWithCertificate("blog.example.org")).isZero();
        shell("git", "clone", "--quiet", remote, "clone");
        Path broken = folder.resolve("clone/names/broken.example/entry.json");
        Files.createDirectories(broken.resolveSibling(""));
        Files.writeString(broken, "{", UTF_8);
        shell("git", "-C", "clone", "add", "-A");
        shell("git", "-C", "clone", "commit", "--quiet", "-m", "broken");
        shell("git", "-C", "clone", "push", "--quiet");
        assertThat(cert("list")).isEqualTo(ExitCodes.FAILED);
        assertThat(out.toString()).contains("blog.example.org");
        assertThat(err.toString()).contains("left aside: names/broken.example/entry.json: this is no JSON, in line 1");
    }

    @Test
    void helpIsToldByItsLongName() {
        StringWriter help = new StringWriter();
        assertThat(Main.run(new PrintWriter(help, true), new PrintWriter(err, true), "cert", "add", "--help"))
                .isZero();
        assertThat(help.toString()).contains("-h, --hostname=NAME").contains("--help");
    }
}
