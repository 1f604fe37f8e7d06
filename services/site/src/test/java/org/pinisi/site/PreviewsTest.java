package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pinisi.site.FakeOrigin.commit;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.git.CommitId;
import org.pinisi.http.Fields;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

final class PreviewsTest {
    private final List<CommitId> opened = new ArrayList<>();
    private final Previews previews = new Previews(2, PreviewsTest::find, commit -> {
        opened.add(commit);
        return request -> request.rawPath().equals("/folder")
                ? Response.redirect(308, "/folder/" + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery()))
                : Response.text(200, request.target());
    });

    /// The history holds the commits 1 to 9, which are told apart by their last digit.
    private static Optional<CommitId> find(String prefix) {
        return prefix.length() == 40 && prefix.startsWith("0".repeat(39))
                ? Optional.of(new CommitId(prefix))
                : Optional.empty();
    }

    private Response get(String target) throws Exception {
        return previews.answer(Request.of("GET", target, Fields.empty(), InputStream.nullInputStream()));
    }

    @Test
    void showsAFileOfAnOlderCommitAndKeepsSearchEnginesAway() throws Exception {
        Response answer = get("/@" + commit(3) + "/a/b.html?c=d");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.bodyAsText()).isEqualTo("/a/b.html?c=d");
        assertThat(answer.fields().first("X-Robots-Tag")).contains("noindex");
        assertThat(opened).containsExactly(commit(3));
    }

    @Test
    void sendsToTheFolderWhenTheSlashIsMissing() throws Exception {
        Response answer = get("/@" + commit(3) + "?a=b");
        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.fields().first("Location")).contains("/@" + commit(3) + "/?a=b");
    }

    @Test
    void keepsRedirectsWithinThePreview() throws Exception {
        Response answer = get("/@" + commit(3) + "/folder?x");
        assertThat(answer.fields().first("Location")).contains("/@" + commit(3) + "/folder/?x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/@", "/@/", "/@123456/", "/@ABCDEF0/", "/@1234567x/", "/@1234567/", "/@main/"})
    void whatIsNoCommitOfTheBranchIsNotThere(String target) throws Exception {
        Response answer = get(target);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.fields().first("X-Robots-Tag")).contains("noindex");
        assertThat(opened).isEmpty();
    }

    @Test
    void keepsAsManyOpenAsAllowedAndNoMore() throws Exception {
        get("/@" + commit(1) + "/");
        get("/@" + commit(2) + "/");
        get("/@" + commit(1) + "/");
        assertThat(opened).containsExactly(commit(1), commit(2));
        get("/@" + commit(3) + "/");
        get("/@" + commit(1) + "/");
        assertThat(opened).containsExactly(commit(1), commit(2), commit(3));
        get("/@" + commit(2) + "/");
        assertThat(opened).containsExactly(commit(1), commit(2), commit(3), commit(2));
    }
}
