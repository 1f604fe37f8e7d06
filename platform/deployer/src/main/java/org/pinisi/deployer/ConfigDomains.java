package org.pinisi.deployer;

import java.net.IDN;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads host names, and the key `domains`: a name, or a list of names and of maps with `name` and
/// `redirect`.
final class ConfigDomains {
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final String EXPECTED =
            "expected a name on the internet alone, such as www.example.org, without https://, port or path";
    private static final int MOST = 50;

    private ConfigDomains() {}

    /// A host name as it is on the wire; empty when it is none.
    static Optional<String> host(String name) {
        try {
            String ascii = IDN.toASCII(name.strip()).toLowerCase(Locale.ROOT);
            return Optional.of(ascii).filter(host -> HOST.matcher(host).matches());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// A host name that the world may know.
    static Optional<String> domain(String name) {
        return host(name).filter(host -> !host.endsWith(".localhost"));
    }

    static Optional<List<AppDomain>> read(Node node, String path, ConfigReport report) {
        List<Node> items = node instanceof SequenceNode list ? list.getValue() : List.of(node);
        if (items.size() > MOST) {
            report.add(node.getStartMark(), path + " has more than " + MOST + " elements", "remove some");
            return Optional.empty();
        }
        Map<String, Node> places = new HashMap<>();
        List<AppDomain> domains = new ArrayList<>();
        for (Node item : items) {
            String at = node instanceof SequenceNode ? path + "[" + domains.size() + "]" : path;
            Optional<AppDomain> domain = one(item, at, report);
            if (domain.isEmpty()) {
                return Optional.empty();
            }
            if (places.putIfAbsent(domain.get().name(), item) != null) {
                return ConfigValues.refuse(
                        item, at, report, domain.get().name(), "it is in the list already: keep one of them");
            }
            domains.add(domain.get());
        }
        return refuseBadRedirects(domains, places, path, report) ? Optional.empty() : Optional.of(domains);
    }

    private static Optional<AppDomain> one(Node node, String path, ConfigReport report) {
        if (!(node instanceof MappingNode mapping)) {
            return name(node, path, report).map(AppDomain::of);
        }
        ConfigMap map = ConfigMap.of(mapping, path, report, List.of("name", "redirect"));
        if (!map.has("name")) {
            report.add(node.getStartMark(), path + ".name is missing", EXPECTED);
            return Optional.empty();
        }
        Optional<String> redirect = map.read("redirect", ConfigDomains::name);
        if (map.has("redirect") && redirect.isEmpty()) {
            return Optional.empty();
        }
        return map.read("name", ConfigDomains::name).map(name -> new AppDomain(name, redirect));
    }

    private static Optional<String> name(Node node, String path, ConfigReport report) {
        Optional<String> text = ConfigValues.text(node, path, report, EXPECTED);
        if (text.isEmpty()) {
            return text;
        }
        Optional<String> domain = domain(text.get());
        return domain.isPresent() ? domain : ConfigValues.refuse(node, path, report, text.get(), EXPECTED);
    }

    private static boolean refuseBadRedirects(
            List<AppDomain> domains, Map<String, Node> places, String path, ConfigReport report) {
        List<String> answering = domains.stream()
                .filter(domain -> domain.redirect().isEmpty())
                .map(AppDomain::name)
                .toList();
        boolean bad = false;
        for (int i = 0; i < domains.size(); i++) {
            AppDomain domain = domains.get(i);
            if (domain.redirect().isPresent()
                    && !answering.contains(domain.redirect().get())) {
                Optional<Node> place = Optional.ofNullable(places.get(domain.name()));
                report.add(
                        place.flatMap(Node::getStartMark),
                        "%s[%d].redirect is '%s', which is none of the domains that the app answers"
                                .formatted(path, i, domain.redirect().get()),
                        "add it to " + path + " without a redirect of its own, or remove the redirect");
                bad = true;
            }
        }
        return bad;
    }
}
