package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.pinisi.vault.Vault;

/// What is remembered of each app: what serves, what should serve, its environment and its secrets.
final class Apps {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final int MAX_VALUE = 64 * 1024;
    private static final int MAX_SETTINGS = 256;

    private final DeployStore store;
    private final Vault vault;
    private final InstantSource clock;

    Apps(DeployStore store, Vault vault, InstantSource clock) {
        this.store = store;
        this.vault = vault;
        this.clock = clock;
    }

    /// One row.
    ///
    /// @param wantedRun the run whose outcome should serve; empty before the first push to a deploy branch
    /// @param pinned the release somebody chose over the head's
    record App(String name, OptionalInt live, OptionalLong wantedRun, OptionalInt pinned, long generation) {}

    /// One environment variable or secret; a secret's value is never here.
    ///
    /// @param value what it is set to; empty for a secret
    record Setting(String name, boolean secret, String value) {}

    /// Notes that the app exists; true when it is new.
    boolean create(String name) {
        return store.write(
                        tables -> tables.createUpdate("INSERT OR IGNORE INTO app (name, created) VALUES (:name, :now)")
                                .bind("name", name)
                                .bind("now", clock.millis())
                                .execute())
                > 0;
    }

    List<App> list() {
        return store.read(tables -> tables.createQuery("SELECT * FROM app ORDER BY name")
                .map((row, _) -> app(row))
                .list());
    }

    /// @throws DeployerException of kind NOT_FOUND
    App get(String name) {
        return find(name)
                .orElseThrow(
                        () -> DeployerException.notFound("there is no app " + name + "; `pinisi apps` lists them"));
    }

    Optional<App> find(String name) {
        return store.read(tables -> tables.createQuery("SELECT * FROM app WHERE name = :name")
                .bind("name", name)
                .map((row, _) -> app(row))
                .findOne());
    }

    void live(String name, int release) {
        store.write(tables -> tables.createUpdate("UPDATE app SET live = :release WHERE name = :name")
                .bind("name", name)
                .bind("release", release)
                .execute());
    }

    /// Makes the next release differ from the last, whatever else is equal.
    long nextGeneration(String name) {
        return store.write(tables -> {
            tables.createUpdate("UPDATE app SET generation = generation + 1 WHERE name = :name")
                    .bind("name", name)
                    .execute();
            return tables.createQuery("SELECT generation FROM app WHERE name = :name")
                    .bind("name", name)
                    .mapTo(Long.class)
                    .one();
        });
    }

    /// Sets an environment variable or a secret; a name is one or the other.
    ///
    /// @throws DeployerException of kind BAD_REQUEST for a name or value that cannot be in an environment
    void set(String app, String name, String value, boolean secret) {
        check(app, name, value);
        boolean other =
                settings(app).stream().anyMatch(setting -> setting.name().equals(name) && setting.secret() != secret);
        if (other) {
            throw DeployerException.badRequest("%s is %s of %s already; unset it first: pinisi %s unset %s %s"
                    .formatted(name, secret ? "a variable" : "a secret", app, secret ? "env" : "secret", app, name));
        }
        String stored = secret ? vault.seal(value.getBytes(UTF_8), context(app, name)) : value;
        store.write(tables -> tables.createUpdate(
                        "INSERT INTO setting (app, name, secret, value, changed) VALUES (:app, :name, :secret, :value,"
                                + " :now) ON CONFLICT (app, name) DO UPDATE SET secret = :secret, value = :value, changed = :now")
                .bind("app", app)
                .bind("name", name)
                .bind("secret", secret)
                .bind("value", stored)
                .bind("now", clock.millis())
                .execute());
    }

    /// @return whether it was there
    boolean unset(String app, String name, boolean secret) {
        return store.write(tables -> tables.createUpdate(
                                "DELETE FROM setting WHERE app = :app AND name = :name AND secret = :secret")
                        .bind("app", app)
                        .bind("name", name)
                        .bind("secret", secret)
                        .execute())
                > 0;
    }

    List<Setting> settings(String app) {
        return store.read(tables -> tables.createQuery(
                        "SELECT name, secret, value FROM setting WHERE app = :app ORDER BY name")
                .bind("app", app)
                .map((row, _) -> new Setting(
                        row.getString("name"),
                        row.getBoolean("secret"),
                        row.getBoolean("secret") ? "" : row.getString("value")))
                .list());
    }

    Map<String, String> env(String app) {
        Map<String, String> env = new TreeMap<>();
        for (Setting setting : settings(app)) {
            if (!setting.secret()) {
                env.put(setting.name(), setting.value());
            }
        }
        return env;
    }

    /// The secrets in clear, for the making of a release. Keep them out of every log and page.
    Map<String, String> secrets(String app) {
        Map<String, String> rows = store.read(tables -> {
            Map<String, String> found = new TreeMap<>();
            tables.createQuery("SELECT name, value FROM setting WHERE app = :app AND secret")
                    .bind("app", app)
                    .map((row, _) -> found.put(row.getString("name"), row.getString("value")))
                    .list();
            return found;
        });
        Map<String, String> opened = new TreeMap<>();
        rows.forEach((name, value) -> opened.put(name, new String(vault.open(value, context(app, name)), UTF_8)));
        return opened;
    }

    private void check(String app, String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw DeployerException.badRequest("\"" + name
                    + "\" cannot be the name of a variable; expected letters, digits and _, not a digit first");
        }
        if (name.equals("PORT") || name.startsWith("PINISI_")) {
            throw DeployerException.badRequest(name + " is set by Pinisi itself; choose another name");
        }
        if (value.indexOf('\0') >= 0 || value.length() > MAX_VALUE) {
            throw DeployerException.badRequest(
                    "the value of " + name + " has a NUL or more than " + MAX_VALUE + " characters");
        }
        if (settings(app).size() >= MAX_SETTINGS) {
            throw DeployerException.badRequest(
                    app + " has " + MAX_SETTINGS + " variables and secrets already, the most there may be");
        }
    }

    private static String context(String app, String name) {
        return "app/" + app + "/" + name;
    }

    private static App app(ResultSet row) throws SQLException {
        int live = row.getInt("live");
        OptionalInt liveRelease = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(live);
        long run = row.getLong("wanted_run");
        OptionalLong wantedRun = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(run);
        int pinned = row.getInt("pinned");
        OptionalInt pinnedRelease = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(pinned);
        return new App(row.getString("name"), liveRelease, wantedRun, pinnedRelease, row.getLong("generation"));
    }
}
