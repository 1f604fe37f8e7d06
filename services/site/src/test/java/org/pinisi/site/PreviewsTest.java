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
    private Optional<CommitId> shown = Optional.of(commit(9));
    private final Previews previews = new Previews(2, () -> shown, PreviewsTest::find, (commit, prefix) -> {
        opened.add(commit);
        return request -> Response.text(200, prefix + " " + request.target());
    });

    /// The history of a commit is all below it; they are told apart by their last digit.
    private static Optional<CommitId> find(CommitId tip, String prefix) {
        boolean below = prefix.length() == 40 && prefix.startsWith("0".repeat(39)) && prefix.compareTo(tip.hex()) <= 0;
        return below ? Optional.of(new CommitId(prefix)) : Optional.empty();
    }

    private Response get(String target) throws Exception {
        return previews.answer(Request.of("GET", target, Fields.empty(), InputStream.nullInputStream()));
    }

    @Test
    void showsAFileOfAnOlderCommit() throws Exception {
        Response answer = get("/@" + commit(3) + "/a/b.html?c=d");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.bodyAsText()).isEqualTo("/@" + commit(3) + " /@" + commit(3) + "/a/b.html?c=d");
        assertThat(opened).containsExactly(commit(3));
    }

    @Test
    void forgetsACommitThatLeftTheHistory() throws Exception {
        assertThat(get("/@" + commit(5) + "/").status()).isEqualTo(200);
        shown = Optional.of(commit(4));
        assertThat(get("/@" + commit(5) + "/").status()).isEqualTo(404);
        assertThat(get("/@" + commit(4) + "/").status()).isEqualTo(200);
    }

    @Test
    void keepsACommitOpenWhenTheBranchMovesOn() throws Exception {
        shown = Optional.of(commit(4));
        get("/@" + commit(3) + "/");
        shown = Optional.of(commit(5));
        get("/@" + commit(3) + "/");
        assertThat(opened).containsExactly(commit(3));
    }

    @Test
    void showsNothingBeforeTheFirstCommit() throws Exception {
        shown = Optional.empty();
        assertThat(get("/@" + commit(3) + "/").status()).isEqualTo(404);
    }

    @Test
    void sendsToTheFolderWhenTheSlashIsMissing() throws Exception {
        Response answer = get("/@" + commit(3) + "?a=b");
        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.fields().first("Location")).contains("/@" + commit(3) + "/?a=b");
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
