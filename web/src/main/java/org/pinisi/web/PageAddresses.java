package org.pinisi.web;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where people reach the parts of Pinisi: what the pages print in commands and links.
///
/// @param web the pages themselves
/// @param edge the proxy in front of all apps; an app is at its own name under `localhost` there
/// @param edgeTls the proxy's door with TLS, such as `https://127.0.0.1:8443`; empty if there is none
/// @param git the folder of all repositories over HTTP
/// @param ssh the same over SSH
/// @param hostNames further host names under which the pages may be asked for, besides IP addresses and `localhost`
public record PageAddresses(
        String web, String edge, Optional<String> edgeTls, String git, String ssh, List<String> hostNames) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /// Copies what can change.
    ///
    /// @throws IllegalArgumentException if an address lacks its scheme or its host
    public PageAddresses {
        whole("web", web);
        whole("edge", edge);
        edgeTls.ifPresent(address -> whole("edge with TLS", address));
        whole("git", git);
        whole("ssh", ssh);
        hostNames =
                hostNames.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    /// With no TLS, and no further host names.
    public PageAddresses(String web, String edge, String git, String ssh) {
        this(web, edge, Optional.empty(), git, ssh, List.of());
    }

    private static void whole(String name, String address) {
        URI uri = URI.create(requireNonNull(address, name));
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new IllegalArgumentException(name + ": " + address
                    + " (expected: an address with scheme and host, such as http://127.0.0.1:7400)");
        }
    }

    /// What an app's repository is pushed to over HTTP.
    String gitOf(String app) {
        return below(git, app);
    }

    /// What an app's repository is pushed to over SSH.
    String sshOf(String app) {
        return below(ssh, app);
    }

    /// Where an app is reached when nothing else was said.
    String urlOf(String app) {
        return at(edge, app + ".localhost");
    }

    /// Where a name of the edge is reached, with or without TLS.
    String urlOf(String host, boolean secure) {
        return at(secure ? edgeTls.orElse("https://" + host) : edge, host);
    }

    private static String at(String door, String host) {
        URI uri = URI.create(door);
        int usual = uri.getScheme().equals("https") ? HTTPS : HTTP;
        String port = uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + host + port + "/";
    }

    private static String below(String folder, String app) {
        return (folder.endsWith("/") ? folder : folder + "/") + app + ".git";
    }
}
