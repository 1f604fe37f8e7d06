package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.pinisi.vault.Vault;

/// The releases of every app, with their secrets sealed.
final class Releases {
    private final DeployStore store;
    private final Vault vault;
    private final Json json;
    private final InstantSource clock;

    Releases(DeployStore store, Vault vault, Json json, InstantSource clock) {
        this.store = store;
        this.vault = vault;
        this.json = json;
        this.clock = clock;
    }

    /// What a release is made from. Two drafts with one identity are one release.
    record Draft(
            String app,
            String identity,
            String commit,
            String branch,
            String subject,
            String image,
            List<String> start,
            Release.Settings settings,
            Map<String, String> secrets,
            String summary) {}

    /// The release of this draft: the one made before from an equal draft, or a new one with the next number.
    Release make(Draft draft) {
        return store.write(tables -> {
            Optional<Release> before = tables.createQuery(
                            "SELECT * FROM release WHERE app = :app AND identity = :identity")
                    .bind("app", draft.app())
                    .bind("identity", draft.identity())
                    .map((row, _) -> release(row))
                    .findOne();
            return before.orElseGet(() -> insert(tables, draft));
        });
    }

    private Release insert(Handle tables, Draft draft) {
        int number = next(tables, draft.app());
        Instant now = clock.instant();
        tables.createUpdate(
                        "INSERT INTO release (app, number, identity, commit_id, branch, subject, image, start, settings,"
                                + " secrets, summary, created) VALUES (:app, :number, :identity, :commit, :branch, :subject, :image,"
                                + " :start, :settings, :secrets, :summary, :created)")
                .bind("app", draft.app())
                .bind("number", number)
                .bind("identity", draft.identity())
                .bind("commit", draft.commit())
                .bind("branch", draft.branch())
                .bind("subject", draft.subject())
                .bind("image", draft.image())
                .bind("start", json.write(draft.start()))
                .bind("settings", json.write(draft.settings()))
                .bind("secrets", json.write(sealed(draft, number)))
                .bind("summary", draft.summary())
                .bind("created", now.toEpochMilli())
                .execute();
        return new Release(
                draft.app(),
                number,
                draft.commit(),
                draft.branch(),
                draft.subject(),
                draft.image(),
                draft.start(),
                draft.settings(),
                List.copyOf(new TreeMap<>(draft.secrets()).keySet()),
                draft.summary(),
                now);
    }

    /// The number that the next release of the app would get now.
    int next(String app) {
        return store.read(tables -> next(tables, app));
    }

    private static int next(Handle tables, String app) {
        return tables.createQuery("SELECT coalesce(max(number), 0) + 1 FROM release WHERE app = :app")
                .bind("app", app)
                .mapTo(Integer.class)
                .one();
    }

    private Map<String, String> sealed(Draft draft, int number) {
        Map<String, String> hidden = new TreeMap<>();
        draft.secrets()
                .forEach((name, value) ->
                        hidden.put(name, vault.seal(value.getBytes(UTF_8), context(draft.app(), number, name))));
        return hidden;
    }

    private static String context(String app, int number, String name) {
        return "release/" + app + "/" + number + "/" + name;
    }

    /// @throws DeployerException of kind NOT_FOUND when there is no such release
    Release get(String app, int number) {
        return find(app, number)
                .orElseThrow(() -> DeployerException.notFound(
                        "%s has no release %d; `pinisi releases %s` lists them".formatted(app, number, app)));
    }

    Optional<Release> find(String app, int number) {
        return store.read(tables -> tables.createQuery("SELECT * FROM release WHERE app = :app AND number = :number")
                .bind("app", app)
                .bind("number", number)
                .map((row, _) -> release(row))
                .findOne());
    }

    /// The newest first.
    List<Release> list(String app) {
        return store.read(
                tables -> tables.createQuery("SELECT * FROM release WHERE app = :app ORDER BY number DESC LIMIT 1000")
                        .bind("app", app)
                        .map((row, _) -> release(row))
                        .list());
    }

    /// The secrets that belong to a release, opened. Keep them out of every log and page.
    Map<String, String> secrets(String app, int number) {
        String text = store.read(
                tables -> tables.createQuery("SELECT secrets FROM release WHERE app = :app AND number = :number")
                        .bind("app", app)
                        .bind("number", number)
                        .mapTo(String.class)
                        .one());
        Map<String, String> opened = new LinkedHashMap<>();
        sealedOf(text)
                .forEach((name, value) -> opened.put(
                        name, new String(vault.open(value, context(app, number, name)), StandardCharsets.UTF_8)));
        return opened;
    }

    private Map<String, String> sealedOf(String text) {
        return json.read(text.getBytes(UTF_8), new tools.jackson.core.type.TypeReference<TreeMap<String, String>>() {});
    }

    private Release release(ResultSet row) throws SQLException {
        return new Release(
                row.getString("app"),
                row.getInt("number"),
                row.getString("commit_id"),
                row.getString("branch"),
                row.getString("subject"),
                row.getString("image"),
                json.strings(row.getString("start")),
                json.read(row.getString("settings"), Release.Settings.class),
                List.copyOf(sealedOf(row.getString("secrets")).keySet()),
                row.getString("summary"),
                Instant.ofEpochMilli(row.getLong("created")));
    }
}
