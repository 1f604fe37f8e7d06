package org.pinisi.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.vault.Vault;

final class DomainsTest {
    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private DeployStore store;
    private Apps apps;
    private Releases releases;
    private Domains domains;

    @BeforeEach
    void open() {
        Vault vault = Vault.open(folder.resolve("key"));
        store = DeployStore.open(folder.resolve("pinisi.db"));
        apps = new Apps(store, vault, clock);
        releases = new Releases(store, vault, new Json(), clock);
        domains = new Domains(store, apps, releases, clock);
        apps.create("shop");
        apps.create("blog");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Release release(String app, String config) {
        return releases.make(new Releases.Draft(
                app,
                config,
                "0123456789012345678901234567890123456789",
                "main",
                "a commit",
                "sha256:1",
                List.of("run"),
                Release.Settings.of(AppConfig.parse(config, "pinisi.yaml"), Map.of()),
                Map.of(),
                "built"));
    }

    private void serves(String app, String config) {
        apps.live(app, release(app, config).number());
    }

    @Test
    void anAppHasTheDomainsOfItsServingReleaseAndThoseGivenByCommand() {
        serves("shop", "domains: [shop.example.org]");
        domains.add("shop", "Läden.example", Optional.empty());
        domains.add("shop", "www.example.org", Optional.of("shop.example.org"));
        assertThat(domains.of("shop"))
                .containsExactlyInAnyOrder(
                        new DomainView("shop.example.org", Optional.empty(), false),
                        new DomainView("xn--lden-loa.example", Optional.empty(), true),
                        new DomainView("www.example.org", Optional.of("shop.example.org"), true));
        assertThat(domains.of("blog")).isEmpty();
    }

    @Test
    void anEarlierReleaseBringsItsOwnDomainsBackAndKeepsThoseGivenByCommand() {
        Release first = release("shop", "domains: [one.example.org]");
        serves("shop", "domains: [two.example.org]");
        domains.add("shop", "three.example.org", Optional.empty());
        assertThat(domains.with(first))
                .extracting(DomainView::name)
                .containsExactly("one.example.org", "three.example.org");
    }

    @Test
    void aReleaseFromBeforeThereWereDomainsHasNone() {
        String old = new Json()
                .write(Release.Settings.of(AppConfig.defaults(), Map.of()))
                .replace(",\"domains\":[]", "");
        assertThat(old).doesNotContain("domains");
        assertThat(new Json().read(old, Release.Settings.class).domains()).isEmpty();
    }

    @Test
    void aDomainBelongsToOneAppAndTheOtherIsToldWhoHasIt() {
        domains.add("shop", "shop.example.org", Optional.empty());
        assertThatThrownBy(() -> domains.add("blog", "SHOP.example.org", Optional.empty()))
                .isInstanceOf(DeployerException.class)
                .hasMessage("shop.example.org belongs to the app shop; remove it there first:"
                        + " pinisi domain remove shop shop.example.org");
        serves("blog", "{hosts: [plain.example.org], domains: [blog.example.org]}");
        assertThat(domains.taken("shop", List.of("a.example.org", "blog.example.org")))
                .contains("blog.example.org belongs to the app blog; remove it from the pinisi.yaml there first");
        assertThat(domains.taken("shop", List.of("plain.example.org"))).isPresent();
        assertThat(domains.taken("blog", List.of("plain.example.org", "blog.example.org")))
                .isEmpty();
    }

    @Test
    void addingADomainAgainChangesWhereItLeads() {
        domains.add("shop", "example.org", Optional.empty());
        domains.add("shop", "www.example.org", Optional.empty());
        domains.add("shop", "www.example.org", Optional.of("example.org"));
        assertThat(domains.of("shop"))
                .contains(new DomainView("www.example.org", Optional.of("example.org"), true))
                .hasSize(2);
    }

    @Test
    void aRedirectLeadsOnlyToADomainThatTheAppAnswers() {
        assertThatThrownBy(() -> domains.add("shop", "www.example.org", Optional.of("example.org")))
                .hasMessageContaining("answers no domain example.org");
        assertThatThrownBy(() -> domains.add("shop", "www.example.org", Optional.of("www.example.org")))
                .hasMessageContaining("answers no domain www.example.org");
        domains.add("shop", "example.org", Optional.empty());
        domains.add("shop", "www.example.org", Optional.of("example.org"));
        assertThatThrownBy(() -> domains.remove("shop", "example.org"))
                .hasMessage("www.example.org leads to example.org; remove it first");
    }

    @Test
    void whatIsInTheFileIsRemovedThere() {
        serves("shop", "domains: [shop.example.org]");
        assertThatThrownBy(() -> domains.remove("shop", "shop.example.org"))
                .hasMessageContaining("is in the pinisi.yaml of shop");
        assertThatThrownBy(() -> domains.remove("shop", "none.example.org"))
                .hasMessageContaining("shop has no domain none.example.org");
        domains.add("shop", "more.example.org", Optional.empty());
        domains.remove("shop", "more.example.org");
        assertThat(domains.of("shop")).extracting(DomainView::name).containsExactly("shop.example.org");
    }

    @Test
    void whatIsNoNameOnTheInternetIsRefused() {
        for (String name :
                List.of("shop", "shop.localhost", "https://a.example", "a.example:80", "*.example", "\u0007")) {
            assertThatThrownBy(() -> domains.add("shop", name, Optional.empty()))
                    .hasMessageContaining("is no name on the internet");
        }
    }
}
