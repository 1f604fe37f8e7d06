package org.pinisi.deployer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeException;
import org.pinisi.edge.EdgeRoute;
import org.pinisi.edge.HttpsRule;
import org.pinisi.edge.RedirectRule;
import org.pinisi.edge.RouteRules;
import org.pinisi.edge.RouteStats;
import org.pinisi.edge.Target;
import org.pinisi.edge.Upstream;

/// What the edge is told of an app, and asked of it. An app has a route of its name, for the names of this
/// machine, and beside it one for its domains, which insists on TLS where there is some. Every call can be
/// repeated.
final class AppRoutes {
    /// No app's name has a dot.
    private static final String DOMAINS = ".domains";

    private final EdgeLink edge;
    private final Domains domains;
    private final String securePort;

    /// @param securePort what stands behind a name in an https address: `:8443`, or nothing for the
    ///     usual port
    AppRoutes(EdgeLink edge, Domains domains, String securePort) {
        this.edge = edge;
        this.domains = domains;
        this.securePort = securePort;
    }

    /// Makes the target answer for all names of the release's app. The domains come first: where the edge
    /// refuses one of them, nothing has changed.
    void put(Release release, Target target) throws InterruptedException {
        putDomains(release.app(), domains.with(release), target);
        List<String> hosts = new ArrayList<>(List.of(Rollout.hostName(release.app())));
        hosts.addAll(release.settings().hosts());
        RouteRules rules = RouteRules.none().withHttps(HttpsRule.defaults().withRedirect(false));
        EdgeRoute route = new EdgeRoute(release.app(), hosts, target).withRules(rules);
        edge.call(client -> {
            client.put(route);
            return route;
        });
    }

    /// Takes over what domains the app has now; what answers stays. Does nothing before the app serves.
    void refreshDomains(String app) throws InterruptedException {
        Optional<EdgeRoute> main = edge.call(client -> client.route(app));
        if (main.isPresent()) {
            putDomains(app, domains.of(app), main.get().target());
        }
    }

    private void putDomains(String app, List<DomainView> all, Target target) throws InterruptedException {
        String name = app + DOMAINS;
        if (all.isEmpty()) {
            edge.call(client -> client.delete(name));
            return;
        }
        List<RedirectRule> redirects = all.stream()
                .filter(domain -> domain.redirect().isPresent())
                .map(domain -> RedirectRule.ofHost(
                        domain.name(), "https://" + domain.redirect().orElseThrow() + securePort))
                .toList();
        EdgeRoute route = new EdgeRoute(name, all.stream().map(DomainView::name).toList(), target)
                .withRules(RouteRules.none().withRedirects(redirects));
        edge.call(client -> {
            client.put(route);
            return route;
        });
    }

    /// What answers for the app, if anything does.
    Optional<Target> target(String app) throws InterruptedException {
        return edge.call(client -> client.route(app)).map(EdgeRoute::target);
    }

    /// The units that the edge may ask for the app now.
    Set<String> units(String app) throws InterruptedException {
        return edge.call(client -> units(client, app));
    }

    private static Set<String> units(EdgeClient client, String app) {
        Set<String> names = new HashSet<>();
        for (String route : List.of(app, app + DOMAINS)) {
            client.route(route).ifPresent(found -> names.addAll(units(found.target())));
        }
        return names;
    }

    private static Set<String> units(Target target) {
        Set<String> names = new HashSet<>();
        if (target instanceof Target.Upstreams upstreams) {
            for (Upstream upstream : upstreams.upstreams()) {
                names.add(upstream.id());
            }
        }
        return names;
    }

    /// Answers that the edge had to make itself because the app gave none.
    long lost(String app) throws InterruptedException {
        long lost = 0;
        for (RouteStats stats : stats(app)) {
            lost += stats.badGateway() + stats.unavailable() + stats.timedOut();
        }
        return lost;
    }

    /// Requests under way on a unit of the app. Both routes count those of the unit, whichever they came by.
    int inFlight(String app, String unit) throws InterruptedException {
        int most = 0;
        for (RouteStats stats : stats(app)) {
            most = Math.max(most, stats.inFlight().getOrDefault(unit, 0));
        }
        return most;
    }

    private List<RouteStats> stats(String app) throws InterruptedException {
        return edge.call(client -> {
            List<RouteStats> all = new ArrayList<>();
            client.stats(app).ifPresent(all::add);
            client.stats(app + DOMAINS).ifPresent(all::add);
            return all;
        });
    }

    /// Waits for the requests under way on a unit that is to go; says how many are left. A route may come
    /// to name the unit again meanwhile, by a rollback; then it stays, and nothing is wrong.
    int drain(String unit, Duration longest) throws InterruptedException {
        return edge.call(client -> drain(client, unit, longest));
    }

    private static int drain(EdgeClient client, String unit, Duration longest) {
        try {
            return client.drain(unit, longest);
        } catch (EdgeException refused) {
            boolean named = client.routes().stream()
                    .anyMatch(route -> units(route.target()).contains(unit));
            // Named no longer: it was when we asked, and can be drained now.
            return named ? 0 : client.drain(unit, longest);
        }
    }
}
