package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AppConfigTest {
    private static AppConfig parse(String text) {
        return AppConfig.parse(text, AppConfig.FILE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nothing\n", "{}", "---\n", "null", "\uFEFF# with a mark\n"})
    void aFileThatSaysNothingMeansTheDefaults(String text) {
        assertThat(parse(text)).isEqualTo(AppConfig.defaults());
    }

    @Test
    void theDefaultsAre() {
        assertThat(AppConfig.defaults())
                .isEqualTo(new AppConfig(
                        new AppConfig.Build(
                                AppConfig.Kind.AUTO, List.of(), Optional.empty(), Map.of(), Duration.ofMinutes(10)),
                        Optional.empty(),
                        new AppConfig.Site(false, false, false),
                        List.of(),
                        Map.of(),
                        new AppConfig.Health("/", Duration.ofSeconds(30), Duration.ofMillis(200)),
                        OptionalLong.empty(),
                        OptionalDouble.empty(),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        AppConfig.Restart.ON_FAILURE,
                        List.of("main", "live"),
                        List.of(),
                        List.of(),
                        new AppConfig.Java(Optional.empty(), List.of()),
                        new AppConfig.Node(Optional.empty())));
    }

    @Test
    void everyKeyCanBeGiven() {
        String text = """
                build:
                  kind: run
                  command: ["make", "all"]
                  output: ./out/
                  env: {CC: gcc}
                  timeout: 2m
                site: {spa: true, listing: true, clean-urls: true}
                start: java -jar "my app.jar"
                env:
                  GREETING: hello
                  COUNT: 3
                  DEBUG: true
                  EMPTY: ""
                health: {path: /healthz, deadline: 1m30s, interval: 500ms}
                memory: 256M
                cpus: 0.5
                stop: {grace: 3s}
                drain: 5s
                restart: always
                branches: {deploy: release/2}
                hosts: [WWW.Example.org, bücher.example]
                domains: [Shop.Example.org, {name: bücher.example.org, redirect: shop.example.org}]
                java: {main: src/Clock.java, options: ["-Xmx64m"]}
                node: {version: 20}
                """;
        assertThat(parse(text))
                .isEqualTo(new AppConfig(
                        new AppConfig.Build(
                                AppConfig.Kind.RUN,
                                List.of("make", "all"),
                                Optional.of("out"),
                                Map.of("CC", "gcc"),
                                Duration.ofMinutes(2)),
                        Optional.empty(),
                        new AppConfig.Site(true, true, true),
                        List.of("java", "-jar", "my app.jar"),
                        Map.of("GREETING", "hello", "COUNT", "3", "DEBUG", "true", "EMPTY", ""),
                        new AppConfig.Health("/healthz", Duration.ofSeconds(90), Duration.ofMillis(500)),
                        OptionalLong.of(256L << 20),
                        OptionalDouble.of(0.5),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5),
                        AppConfig.Restart.ALWAYS,
                        List.of("release/2"),
                        List.of("www.example.org", "xn--bcher-kva.example"),
                        List.of(
                                AppDomain.of("shop.example.org"),
                                new AppDomain("xn--bcher-kva.example.org", Optional.of("shop.example.org"))),
                        new AppConfig.Java(Optional.of("src/Clock.java"), List.of("-Xmx64m")),
                        new AppConfig.Node(Optional.of("20"))));
    }

    @Test
    void theWayASiteIsServedIsPartOfTheDigestAndItsDefaultsAreNot() {
        assertThat(parse("site: {spa: true}").digest()).isNotEqualTo(parse("").digest());
        assertThat(parse("site: {spa: false}").digest()).isEqualTo(parse("").digest());
        assertThat(parse("site: {spa: true, clean-urls: true}").site().settings())
                .isEqualTo(Map.of("spa", "true", "clean-urls", "true"));
    }

    @Test
    void aStaticSiteNamesItsFolder() {
        AppConfig config = parse("build: static\nfolder: ./web/dist/\n");
        assertThat(config.build().kind()).isEqualTo(AppConfig.Kind.STATIC);
        assertThat(config.folder()).contains("web/dist");
    }

    @Test
    void aPathAloneIsAHealthCheck() {
        assertThat(parse("health: /ready?full=1").health())
                .isEqualTo(new AppConfig.Health("/ready?full=1", Duration.ofSeconds(30), Duration.ofMillis(200)));
    }

    @Test
    void aBuildCommandImpliesARunBuild() {
        assertThat(parse("build: {command: make}\nstart: ./app").build().kind()).isEqualTo(AppConfig.Kind.RUN);
    }

    @ParameterizedTest
    @CsvSource({"16M,16777216", "1G,1073741824", "1.5GiB,1610612736", "20480k,20971520", "512MB,536870912"})
    void memoryIsReadInStepsOf1024(String written, long bytes) {
        assertThat(parse("memory: " + written).memoryBytes()).hasValue(bytes);
    }

    @Test
    void theOrderOfVariablesIsKept() {
        assertThat(parse("env: {B: 1, A: 2, C: 3}").env().keySet()).containsExactly("B", "A", "C");
    }

    @Test
    void equalConfigurationsHaveEqualDigestsHoweverTheyAreWritten() {
        AppConfig one = parse("env: {A: 1, B: 2}\nmemory: 1G\ndrain: 60s");
        AppConfig other = parse("drain: 1m\nmemory: 1024M\nenv:\n  B: \"2\"\n  A: '1'\n");
        assertThat(other.digest()).isEqualTo(one.digest()).hasSize(64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "build: static",
                "build: {timeout: 1m}",
                "build: {command: make}\nstart: x",
                "build: {env: {A: 1}}",
                "folder: web",
                "start: x",
                "env: {A: 1}",
                "health: /x",
                "health: {deadline: 3s}",
                "health: {interval: 1s}",
                "memory: 1G",
                "cpus: 2",
                "stop: {grace: 1s}",
                "drain: 1s",
                "restart: never",
                "branches: {deploy: x}",
                "hosts: a.example",
                "java: {main: A.java}",
                "java: {options: -Xmx1g}",
                "node: {version: 20}"
            })
    void everyKeyCountsInTheDigest(String text) {
        assertThat(parse(text).digest()).isNotEqualTo(AppConfig.defaults().digest());
    }

    @Test
    void aVariableCannotForgeAnotherLineOfTheCanonicalText() {
        AppConfig forged = parse("env: {A: \"1\\nenv.B=\\\"2\\\"\"}");
        assertThat(forged.canonical().lines())
                .hasSameSizeAs(parse("env: {A: 1}").canonical().lines().toList());
    }

    @Test
    void aSecretInTheFileIsHintedAtWithoutItsValue() {
        AppConfig config = parse("env: {API_KEY: hunter2, TOKEN_URL: https://example.org, LANG: en}");
        assertThat(config.hints())
                .singleElement()
                .asString()
                .contains("env.API_KEY looks like a secret", "pinisi secret set API_KEY")
                .doesNotContain("hunter2");
    }

    @Test
    void aFileThatIsTooLongIsRefusedUnread() {
        assertThatThrownBy(() -> parse("#".repeat(70_000)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the file has 70000 characters");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThatThrownBy(() -> AppConfig.parse("env: {A: ü}".getBytes(ISO_8859_1), AppConfig.FILE))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void aFileWithNearlyTheRightNameIsNotPassedOver(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("pinisi.yml"), "memory: 1G");
        assertThatThrownBy(() -> ConfigFile.refuseMisnamed(folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("rename it to pinisi.yaml");
    }
}
