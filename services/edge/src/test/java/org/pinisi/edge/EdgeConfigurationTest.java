package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An edge that follows the files of a folder.
@Timeout(60)
final class EdgeConfigurationTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private ConfigFolder files;

    @BeforeEach
    void files() throws IOException {
        files = new ConfigFolder(folder.resolve("config"));
    }

    private EdgeConfiguration open() {
        return open(Duration.ofHours(1));
    }

    private EdgeConfiguration open(Duration poll) {
        return EdgeConfiguration.open(
                ConfigSource.folder(files.path()),
                folder.resolve("data"),
                Map.of("admin-socket", folder.resolve("edge.sock").toString()),
                poll,
                InstantSource.system());
    }

    private static Edge start(EdgeConfiguration configuration) {
        return Edge.start(configuration, new PlainFolders());
    }

    private static String get(Edge edge, String host) throws IOException {
        try (Wire wire = new Wire(edge.addresses().getFirst())) {
            Wire.Answer answer = wire.get(host, "/").answer();
            return answer.status() == 200 ? answer.body() : Integer.toString(answer.status());
        }
    }

    @Test
    void servesTheRoutesOfTheFilesFromItsFirstMomentOn() throws Exception {
        try (Origin origin = Origin.answering("hello")) {
            files.route("shop", origin.upstream("shop-1"));
            try (EdgeConfiguration configuration = open();
                    Edge edge = start(configuration)) {
                assertThat(get(edge, "shop.test")).isEqualTo("hello");
                assertThat(configuration.status().isWell()).isTrue();
                assertThat(configuration.status().routes()).isEqualTo(1);
            }
        }
    }

    @Test
    void takesUpAChangedANewAndARemovedFileByItself() throws Exception {
        try (Origin one = Origin.answering("one");
                Origin two = Origin.answering("two")) {
            files.route("shop", one.upstream("shop-1"));
            try (EdgeConfiguration configuration = open();
                    Edge edge = start(configuration)) {
                files.route("shop", two.upstream("shop-2"));
                await().atMost(SOON).until(() -> get(edge, "shop.test").equals("two"));
                files.route("blog", one.upstream("blog-1"));
                await().atMost(SOON).until(() -> get(edge, "blog.test").equals("one"));
                files.delete("routes/shop.yaml");
                await().atMost(SOON).until(() -> get(edge, "shop.test").equals("404"));
            }
        }
    }

    @Test
    void takesUpAFileThatIsWrittenInPlaceAndLeavesOutThoseOfEditors() throws Exception {
        try (Origin origin = Origin.answering("hello")) {
            try (EdgeConfiguration configuration = open();
                    Edge edge = start(configuration)) {
                Path routes = files.path().resolve("routes");
                Files.writeString(routes.resolve(".shop.yaml.swp"), "{ no yaml");
                Files.writeString(routes.resolve("shop.yaml~"), "{ no yaml");
                Files.writeString(routes.resolve("#shop.yaml#"), "{ no yaml");
                Files.writeString(
                        routes.resolve("shop.yaml"),
                        "hosts: [shop.test]\ntarget: {upstreams: [" + origin.address() + "]}\n");
                await().atMost(SOON).until(() -> get(edge, "shop.test").equals("hello"));
                assertThat(configuration.status().isWell()).isTrue();
            }
        }
    }

    @Test
    void refusesAChangeWithAMistakeWholeAndServesOn() throws Exception {
        try (Origin origin = Origin.answering("hello")) {
            files.route("shop", origin.upstream("shop-1"));
            try (EdgeConfiguration configuration = open();
                    Edge edge = start(configuration)) {
                String before = configuration.status().version();
                files.delete("routes/shop.yaml");
                files.write("routes/a.yaml", "hosts: [a.test]\ntarget: " + origin.address() + "\n");
                files.write("routes/b.yaml", "hosts: [b.test]\ntarget: nowhere\n");
                ConfigStatus status = configuration.reload(SOON);
                assertThat(status.isWell()).isFalse();
                assertThat(status.version()).isEqualTo(before);
                assertThat(status.problems())
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.toString()).startsWith("routes/b.yaml:2:9: "));
                assertThat(get(edge, "shop.test")).isEqualTo("hello");
                assertThat(get(edge, "a.test")).isEqualTo("404");

                files.delete("routes/b.yaml");
                assertThat(configuration.reload(SOON).isWell()).isTrue();
                assertThat(get(edge, "a.test")).isEqualTo("hello");
                assertThat(get(edge, "shop.test")).isEqualTo("404");
            }
        }
    }

    @Test
    void refusesAChangeWhoseRouteCannotWorkHere() throws Exception {
        try (EdgeConfiguration configuration = open();
                Edge edge = start(configuration)) {
            files.write("routes/site.yaml", "hosts: [s.test]\ntarget: {folder: none}\n");
            ConfigStatus status = configuration.reload(SOON);
            assertThat(status.trouble().orElseThrow())
                    .contains(files.path().resolve("none").toString());
            assertThat(edge.routes().all()).isEmpty();
        }
    }

    @Test
    void servesAFolderBesideTheFiles() throws Exception {
        Files.createDirectories(files.path().resolve("pages"));
        Files.writeString(files.path().resolve("pages/index.html"), "a page");
        files.write("routes/site.yaml", "hosts: [s.test]\ntarget: {folder: pages}\n");
        try (EdgeConfiguration configuration = open();
                Edge edge = start(configuration)) {
            assertThat(edge.routes().all())
                    .singleElement()
                    .satisfies(route -> assertThat(route.target())
                            .isEqualTo(new Target.Folder(files.path().resolve("pages"))));
        }
    }

    @Test
    void saysWhichSettingsHoldOnlyAfterARestart() throws Exception {
        try (EdgeConfiguration configuration = open();
                Edge _ = start(configuration)) {
            files.write("edge.yaml", "listen: 127.0.0.1:0\nloops: 1\naccess-log: off\nlimits: {stop-time: 3s}\n");
            ConfigStatus status = configuration.reload(SOON);
            assertThat(status.trouble()).isEmpty();
            assertThat(status.restart()).containsExactly("loops", "stop-time");
            assertThat(status.isWell()).isFalse();
        }
    }

    @Test
    void comesBackWithWhatServedLastWhenTheFilesAreBrokenMeanwhile() throws Exception {
        try (Origin origin = Origin.answering("hello")) {
            files.route("shop", origin.upstream("shop-1"));
            try (EdgeConfiguration configuration = open();
                    Edge _ = start(configuration)) {
                assertThat(configuration.status().isWell()).isTrue();
            }
            files.write("routes/shop.yaml", "hosts: [shop.test\n");
            try (EdgeConfiguration configuration = open();
                    Edge edge = start(configuration)) {
                assertThat(get(edge, "shop.test")).isEqualTo("hello");
                assertThat(configuration.status().trouble().orElseThrow()).contains("routes/shop.yaml:1:8");
            }
        }
    }

    @Test
    void doesNotStartWhenThereIsNothingThatCouldServe() throws Exception {
        files.write("edge.yaml", "listen: nowhere\nlimits: {idle-time: 5, colour: red}\n");
        files.write("routes/a.yaml", "hosts: [a.test\n");
        assertThatThrownBy(this::open)
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("edge.yaml:1:9: listen: ")
                .hasMessageContaining("edge.yaml:2:21: limits.idle-time: ")
                .hasMessageContaining("edge.yaml:2:24: limits.colour: no such setting")
                .hasMessageContaining("routes/a.yaml:1:8: ");
    }

    @Test
    void refusesARouteOfTheAdminInterfaceWhoseHostIsTheFiles() throws Exception {
        try (Origin origin = Origin.answering("hello")) {
            files.route("shop", origin.upstream("shop-1"));
            try (EdgeConfiguration configuration = open();
                    Edge edge = start(configuration);
                    EdgeClient client = new EdgeClient(folder.resolve("edge.sock"))) {
                EdgeRoute thief = new EdgeRoute("thief", List.of("shop.test"), Target.Upstreams.of());
                assertThatThrownBy(() -> client.put(thief)).hasMessageContaining("shop.test already belongs");
                EdgeRoute namesake = new EdgeRoute("shop", List.of("other.test"), Target.Upstreams.of());
                assertThatThrownBy(() -> client.put(namesake)).hasMessageContaining("the configuration's files");
                assertThatThrownBy(() -> client.delete("shop")).hasMessageContaining("the configuration's files");
                assertThat(get(edge, "shop.test")).isEqualTo("hello");
            }
        }
    }

    @Test
    void keepsTheRoutesOfTheAdminInterfaceBesideThoseOfTheFiles() throws Exception {
        try (Origin origin = Origin.answering("hello")) {
            try (EdgeConfiguration configuration = open();
                    Edge edge = start(configuration);
                    EdgeClient client = new EdgeClient(folder.resolve("edge.sock"))) {
                client.put(new EdgeRoute("app", List.of("app.test"), Target.Upstreams.of(origin.upstream("app-1"))));
                files.route("app2", origin.upstream("x"));
                configuration.reload(SOON);
                assertThat(get(edge, "app.test")).isEqualTo("hello");
                files.write("routes/thief.yaml", "hosts: [app.test]\ntarget: " + origin.address() + "\n");
                assertThat(configuration.reload(SOON).trouble().orElseThrow())
                        .contains("app.test already belongs to the route app")
                        .contains("the admin interface");
                assertThat(client.configuration().orElseThrow().isWell()).isFalse();
            }
        }
    }

    @Test
    void losesNoRequestWhileTheConfigurationChangesAndBreaksUnderLoad() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger right = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        try (Origin one = Origin.answering("one");
                Origin two = Origin.answering("two")) {
            files.route("shop", one.upstream("shop-1"));
            try (EdgeConfiguration configuration = open();
                    Edge edge = start(configuration)) {
                List<Thread> clients = java.util.stream.IntStream.range(0, 4)
                        .mapToObj(_ -> Thread.ofVirtual().start(() -> ask(edge, over, right, wrong)))
                        .toList();
                for (int round = 0; round < 20; round++) {
                    files.route("shop", round % 2 == 0 ? two.upstream("shop-2") : one.upstream("shop-1"));
                    files.write("routes/other.yaml", round % 3 == 0 ? "hosts: [" : "[]");
                    configuration.reload(SOON);
                    int seen = right.get();
                    await().atMost(SOON).until(() -> right.get() > seen + 20 || wrong.get() > 0);
                }
                over.set(true);
                for (Thread client : clients) {
                    client.join();
                }
            }
        }
        assertThat(wrong).hasValue(0);
        assertThat(right.get()).isGreaterThan(400);
    }

    private static void ask(Edge edge, AtomicBoolean over, AtomicInteger right, AtomicInteger wrong) {
        try (Wire wire = new Wire(edge.addresses().getFirst())) {
            while (!over.get()) {
                Wire.Answer answer = wire.get("shop.test", "/").answer();
                boolean fine = answer.status() == 200
                        && (answer.body().equals("one") || answer.body().equals("two"));
                (fine ? right : wrong).incrementAndGet();
            }
        } catch (IOException lost) {
            wrong.incrementAndGet();
        }
    }
}
