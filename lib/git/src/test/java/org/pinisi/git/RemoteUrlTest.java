package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteUrlTest {
    @ParameterizedTest
    @CsvSource({
        "ssh://git@example.org:2222/a/b.git, SSH, git, example.org, 2222, /a/b.git",
        "ssh://example.org/~me/b.git, SSH, , example.org, 22, ~me/b.git",
        "git+ssh://example.org/b.git, SSH, , example.org, 22, /b.git",
        "git@Example.ORG:a/b.git, SSH, git, example.org, 22, a/b.git",
        "git@example.org:/a/b.git, SSH, git, example.org, 22, /a/b.git",
        "example.org:b, SSH, , example.org, 22, b",
        "git@[::1]:b, SSH, git, ::1, 22, b",
        "git@[example.org:2222]:b, SSH, git, example.org, 2222, b",
        "ssh://[::1]:2222/b, SSH, , ::1, 2222, /b",
        "git://example.org/b.git, GIT, , example.org, 9418, /b.git",
        "git://example.org:1/b%20c, GIT, , example.org, 1, /b c",
        "http://example.org/b%20c, HTTP, , example.org, 80, /b%20c",
        "https://me@example.org:8443/b, HTTPS, me, example.org, 8443, /b",
        "/srv/git/b.git, FILE, , '', 1, /srv/git/b.git",
        "file:///srv/c%23/b.git, FILE, , '', 1, /srv/c#/b.git"
    })
    void everyUsualFormIsUnderstood(
            String text, RemoteUrl.Scheme scheme, String user, String host, int port, String path) {
        RemoteUrl url = RemoteUrl.parse(text);

        assertThat(url.scheme()).isEqualTo(scheme);
        assertThat(url.user()).isEqualTo(Optional.ofNullable(user));
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "name",
                "folder/name",
                "ftp://example.org/b",
                "ssh://example.org",
                "ssh://example.org/",
                "ssh:///b",
                "ssh://-oProxyCommand=id/b",
                "ssh://-oProxyCommand=id@example.org/b",
                "-oProxyCommand=id:b",
                "git@-oProxyCommand=id:b",
                "git@example.org:-oProxyCommand=id",
                "git@example.org:",
                "ssh://%2doProxyCommand=id/b",
                "ssh://example.org:0/b",
                "ssh://example.org:65536/b",
                "ssh://example.org:x/b",
                "ssh://[::1/b",
                "ssh://a:b:c/d",
                "ssh://git:secret@example.org/b",
                "git://me@example.org/b",
                "git://example.org/b%0ahost=evil",
                "git://example.org/b%00host=evil",
                "http://example.org/b%00",
                "git://example.org/b%zz",
                "git://example.org/%ff",
                "ssh://example.org/a\nb",
                "ssh://exa$(id)mple.org/b",
                "ssh://exa mple.org/b",
                "http://example.org/b c",
                "http://example.org/b?service=x",
                "file://example.org/b",
                "ext::sh -c id",
                "ext::sh",
                "https://example.org/b#main"
            })
    void everythingElseIsRefused(String text) {
        assertThatThrownBy(() -> RemoteUrl.parse(text)).isInstanceOf(GitException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://me:secret@example.org/b",
                "https://secret@example.org/b",
                "https://secret@example.org:x/b",
                "https://me:se/secret@example.org/b",
                "https://me:secret@example.org/b?x",
                "https://me:secret@example.org/b#c",
                "https://me:secret@example.org",
                "ftp://me:secret@example.org/b",
                "ssh://me:secret@example.org/b"
            })
    void aSecretNeverShows(String text) {
        String shown;
        try {
            shown = RemoteUrl.parse(text).toString();
        } catch (GitException refused) {
            shown = refused.getMessage();
        }

        assertThat(shown).doesNotContain("secret");
    }

    @Test
    void userAndPasswordOfHttpAreDecoded() {
        RemoteUrl url = RemoteUrl.parse("https://a%40b:c%2Fd@example.org/b");

        assertThat(url.user()).contains("a@b");
        assertThat(url.password()).contains("c/d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh://git@example.org:2222/a/b.git",
                "git@example.org:a/b.git",
                "ssh://git@example.org/a/b.git",
                "ssh://example.org/~me/b",
                "ssh://[::1]/b",
                "git://example.org/b.git",
                "https://example.org:8443/b%20c",
                "/srv/git/b.git"
            })
    void whatIsShownIsReadAsTheSameAgain(String text) {
        assertThat(RemoteUrl.parse(text).toString()).isEqualTo(text);
        assertThat(RemoteUrl.parse(RemoteUrl.parse(text).toString())).isEqualTo(RemoteUrl.parse(text));
    }

    @Test
    void aBranchFollowsOneHash() {
        assertThat(RemoteBranch.parse("git://example.org/b#a/b").branch()).isEqualTo("a/b");
        assertThat(RemoteBranch.parse("git://example.org/b").branch()).isEqualTo("main");
        assertThat(RemoteBranch.parse("git://example.org/b#c").ref()).isEqualTo("refs/heads/c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"git://example.org/b#", "git://example.org/b#a#b", "git://example.org/b#-x", "git://h/b#a..b"})
    void aBranchMustHaveAName(String text) {
        assertThatThrownBy(() -> RemoteBranch.parse(text)).isInstanceOf(GitException.class);
    }
}
