package org.pinisi.deployer;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which app has which name on the internet: those of `pinisi domain add`, and those in the pinisi.yaml of
/// the releases that serve.
final class Domains {
    private static final int MOST = 100;

    private final DeployStore store;
    private final Apps apps;
    private final Releases releases;
    private final InstantSource clock;

    Domains(DeployStore store, Apps apps, Releases releases, InstantSource clock) {
        this.store = store;
        this.apps = apps;
        this.releases = releases;
        this.clock = clock;
    }

    /// All domains of an app, as things are.
    List<DomainView> of(String app) {
        return together(live(app), commanded(app));
    }

    /// All domains of an app once this release serves.
    List<DomainView> with(Release release) {
        return together(release.settings().domains(), commanded(release.app()));
    }

    private static List<DomainView> together(List<AppDomain> ofFile, List<AppDomain> byCommand) {
        Map<String, DomainView> views = new LinkedHashMap<>();
        ofFile.forEach(domain -> views.put(domain.name(), new DomainView(domain.name(), domain.redirect(), false)));
        byCommand.forEach(domain -> views.put(domain.name(), new DomainView(domain.name(), domain.redirect(), true)));
        return List.copyOf(views.values());
    }

    private List<AppDomain> live(String app) {
        return apps.find(app)
                .filter(found -> found.live().isPresent())
                .flatMap(found -> releases.find(app, found.live().getAsInt()))
                .map(release -> release.settings().domains())
                .orElse(List.of());
    }

    private List<AppDomain> commanded(String app) {
        return store.read(
                tables -> tables.createQuery("SELECT name, redirect FROM domain WHERE app = :app ORDER BY added, name")
                        .bind("app", app)
                        .map((row, _) -> domain(row))
                        .list());
    }

    private static AppDomain domain(ResultSet row) throws SQLException {
        return new AppDomain(row.getString("name"), Optional.ofNullable(row.getString("redirect")));
    }

    /// Which other app has one of these names, in words that say how to change that; empty when none has.
    Optional<String> taken(String app, Collection<String> names) {
        for (Apps.App other : apps.list()) {
            if (other.name().equals(app)) {
                continue;
            }
            List<String> plain = other.live().isPresent()
                    ? releases.find(other.name(), other.live().getAsInt())
                            .map(release -> release.settings().hosts())
                            .orElse(List.of())
                    : List.of();
            for (String name : names) {
                Optional<DomainView> domain = of(other.name()).stream()
                        .filter(view -> view.name().equals(name))
                        .findFirst();
                if (domain.isPresent() && domain.get().byCommand()) {
                    return Optional.of("%s belongs to the app %s; remove it there first: pinisi domain remove %s %s"
                            .formatted(name, other.name(), other.name(), name));
                }
                if (domain.isPresent() || plain.contains(name)) {
                    return Optional.of("%s belongs to the app %s; remove it from the pinisi.yaml there first"
                            .formatted(name, other.name()));
                }
            }
        }
        return Optional.empty();
    }

    /// @throws DeployerException of kind BAD_REQUEST when it cannot be the app's
    void add(String app, String given, Optional<String> redirect) {
        AppDomain domain = new AppDomain(checked(given), redirect.map(Domains::checked));
        taken(app, List.of(domain.name())).ifPresent(other -> {
            throw DeployerException.badRequest(other);
        });
        List<AppDomain> before = commanded(app);
        if (before.size() >= MOST) {
            throw DeployerException.badRequest(app + " has " + MOST + " domains already, the most there may be");
        }
        List<String> answering = new ArrayList<>(of(app).stream()
                .filter(view -> view.redirect().isEmpty())
                .map(DomainView::name)
                .toList());
        answering.remove(domain.name());
        if (domain.redirect().isPresent()
                && !answering.contains(domain.redirect().get())) {
            throw DeployerException.badRequest("%s answers no domain %s to which %s could lead; add that one first"
                    .formatted(app, domain.redirect().get(), domain.name()));
        }
        store.write(tables -> tables.createUpdate(
                        "INSERT INTO domain (name, app, redirect, added) VALUES (:name, :app, :redirect, :now)"
                                + " ON CONFLICT (name) DO UPDATE SET redirect = :redirect WHERE app = :app")
                .bind("name", domain.name())
                .bind("app", app)
                .bind("redirect", domain.redirect().orElse(null))
                .bind("now", clock.millis())
                .execute());
    }

    /// @throws DeployerException when the app has no such domain, or has it from its pinisi.yaml
    void remove(String app, String given) {
        String name = checked(given);
        List<DomainView> all = of(app);
        Optional<DomainView> led = all.stream()
                .filter(view -> view.redirect().equals(Optional.of(name)))
                .findFirst();
        if (led.isPresent()) {
            throw DeployerException.badRequest(
                    "%s leads to %s; remove it first".formatted(led.get().name(), name));
        }
        boolean removed =
                store.write(tables -> tables.createUpdate("DELETE FROM domain WHERE name = :name AND app = :app")
                                .bind("name", name)
                                .bind("app", app)
                                .execute())
                        > 0;
        if (!removed) {
            boolean ofFile = all.stream().anyMatch(view -> view.name().equals(name));
            throw ofFile
                    ? DeployerException.badRequest(
                            "%s is in the pinisi.yaml of %s; remove it there and push".formatted(name, app))
                    : DeployerException.notFound(
                            "%s has no domain %s; `pinisi domain list %s` lists them".formatted(app, name, app));
        }
    }

    private static String checked(String name) {
        return ConfigDomains.domain(name)
                .orElseThrow(() -> DeployerException.badRequest("\"" + name.replaceAll("\\p{Cntrl}", "?")
                        + "\" is no name on the internet; expected one such as shop.example.org, without https://, port or"
                        + " path"));
    }
}
