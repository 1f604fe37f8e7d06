package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A push whose deployment fails: the pusher reads why, the release before serves on, and nothing is left
/// of the new one.
final class FailingPushIT {
    private static final String MAIN = """
            import com.sun.net.httpserver.HttpServer;
            import java.net.InetSocketAddress;

            void main() throws Exception {
                int port = Integer.parseInt(System.getenv("PORT"));
                HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
                server.createContext("/", exchange -> {
                    byte[] body = "v1".getBytes();
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
                server.start();
            }
            """;

    @RegisterExtension
    static final Running running = new Running();

    @Test
    void aBuildThatFailsTellsTheCompilersWords() {
        Repository app =
                Repository.init(running.folder()).write("Main.java", MAIN).commit("v1");
        PushesUnderLoad.live(app.push(running.pinisi().git("broken"), "main"));
        app.replace("Main.java", "server.start();", "server.begin();").commit("broken");

        String said = running.push(app, "broken");

        assertThat(said)
                .contains("2 build")
                .contains("failed")
                .contains("Main.java:13")
                .contains("cannot find symbol");
        servesOn(said, "broken", 1);
    }

    @Test
    void aSitesMalformedRulesAreToldByFileAndLine() {
        Repository site = Repository.init(running.folder())
                .write("index.html", "first")
                .write("_redirects", "/old /new 301\n")
                .commit("v1");
        PushesUnderLoad.live(site.push(running.pinisi().git("rules"), "main"));
        site.write("index.html", "second")
                .write("_redirects", "/old /new 301\n/lost\n")
                .commit("broken");

        String said = running.push(site, "rules");

        assertThat(said)
                .contains("_redirects:2: no target (expected: from to [status])")
                .contains("release 1 (");
        assertThat(running.get("rules").body()).isEqualTo("first");
    }

    @Test
    void anAppThatEndsAtStartTellsItsLastLines() {
        Repository app = running.liveNode("crash");
        app.replace("server.js", "const version", "throw new Error('the mast is broken')\nconst version")
                .commit("broken");

        String said = running.push(app, "crash");

        assertThat(said)
                .contains("the app ended (exit code 1) before it answered GET /")
                .contains("  | Error: the mast is broken");
        servesOn(said, "crash", 1);
    }

    @Test
    void anAppThatNeverListensTellsItsDeadline() {
        Repository app = running.liveNode("deaf");
        app.replace(
                        "server.js",
                        "server.listen(process.env.PORT, '127.0.0.1')",
                        "console.log('I wait for wind'); setInterval(() => {}, 1000)")
                .write("pinisi.yaml", "health: {path: /, deadline: 1s}\n")
                .commit("broken");

        String said = running.push(app, "deaf");

        assertThat(said).contains("GET / is not healthy after 1 s").contains("  | I wait for wind");
        servesOn(said, "deaf", 1);
    }

    @Test
    void anAppThatAnswers500TellsTheAnswer() {
        Repository app = running.liveNode("ill");

        String said = running.push(TestApp.unhealthy(app), "ill");

        assertThat(said)
                .contains("GET / is not healthy after 2 s: answered 500")
                .contains("(the app wrote nothing)");
        servesOn(said, "ill", 1);
    }

    @Test
    void theFixIsDeployedByTheNextPush() {
        Repository app = running.liveNode("mended");
        running.push(TestApp.unhealthy(app), "mended");

        String said = running.push(TestApp.version(TestApp.healthyAgain(app), 1, 2), "mended");

        assertThat(PushIT.lines(said).getLast()).startsWith("live ");
        assertThat(running.get("mended").body()).isEqualTo("v2");
    }

    @Test
    void aFirstPushThatFailsSaysThatNothingServes() {
        String said = running.push(TestApp.unhealthy(TestApp.node(running.folder())), "stillborn");

        assertThat(PushIT.lines(said).getLast()).startsWith("failed  nothing served before, nothing serves now");
        assertThat(running.pinisi().units("stillborn")).isEmpty();
    }

    @Test
    void aHostNameThatAnotherAppHasTakenIsRefusedBeforeAnythingMoves() {
        Repository owner = running.liveNode("owner");
        owner.write("pinisi.yaml", "hosts: [www.example.org]\n").commit("takes the name");
        assertThat(running.push(owner, "owner")).contains("remote: live");
        Repository app = running.liveNode("claims");
        app.write("pinisi.yaml", "hosts: [www.example.org]\n").commit("claims it too");

        String said = running.push(app, "claims");

        assertThat(said)
                .contains("pinisi.yaml: domains: www.example.org belongs to the app owner")
                .contains("nothing was changed");
        assertThat(running.get("claims").body()).isEqualTo("v1");
        assertThat(running.get("owner").body()).isEqualTo("v1");
    }

    @Test
    void theOwnNameOfAnotherAppIsRefusedBeforeAnythingMoves() {
        Repository app = running.liveNode("thief");
        String before = app.head();
        app.write("pinisi.yaml", "hosts: [not-yet-there.localhost]\n").commit("claims a name that is kept");

        String said = running.push(app, "thief");

        assertThat(said)
                .contains("not-yet-there.localhost is kept for the app not-yet-there")
                .contains("rejected");
        assertThat(app.git("ls-remote", running.pinisi().git("thief"), "refs/heads/main")
                        .output())
                .startsWith(before);
        assertThat(running.get("thief").body()).isEqualTo("v1");
    }

    @Test
    void whatFailedIsTriedAgainByDeploy() {
        Repository app = running.liveNode("again");
        running.push(TestApp.unhealthy(app), "again");

        Shell.Result deploy = running.pinisi().run("deploy", "again");

        assertThat(deploy.code()).isEqualTo(5);
        assertThat(deploy.output()).contains("answered 500").contains("release 1 ");
        assertThat(running.get("again").body()).isEqualTo("v1");
    }

    private static void servesOn(String said, String app, int release) {
        assertThat(PushIT.lines(said).getLast())
                .startsWith("failed  release " + release + " ")
                .contains("serves on at http://" + app + ".localhost:");
        assertThat(running.get(app).body()).isEqualTo("v1");
        assertThat(running.pinisi().units(app)).as("units of the app").hasSize(1);
    }
}
