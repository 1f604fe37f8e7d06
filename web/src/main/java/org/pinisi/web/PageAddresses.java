package org.pinisi.web;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where people reach the parts of Pinisi: what the pages print in commands and links.
///
/// @param web the pages themselves
/// @param git the folder of all repositories over HTTP; an app's repository is one segment below it
/// @param ssh the same over SSH, where it is offered
/// @param edge the proxy in front of all apps; an app is at its own name under `localhost` there
/// @param hostNames further host names under which the pages may be asked for, besides IP addresses and `localhost`
public record PageAddresses(URI web, URI git, Optional<URI> ssh, URI edge, List<String> hostNames) {
    /// Copies what can change.
    ///
    /// @throws IllegalArgumentException if an address lacks its scheme or its host
    public PageAddresses {
        whole("web", web);
        whole("git", git);
        ssh.ifPresent(address -> whole("ssh", address));
        whole("edge", edge);
        hostNames = hostNames.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    private static void whole(String name, URI address) {
        requireNonNull(address, name);
        if (address.getScheme() == null || address.getHost() == null) {
            throw new IllegalArgumentException(
                    name + ": " + address + " (expected: an address with scheme and host, such as http://127.0.0.1:7400)");
        }
    }

    /// What an app's repository is pushed to over HTTP.
    String gitOf(String app) {
        return below(git, app);
    }

    /// What an app's repository is pushed to over SSH.
    Optional<String> sshOf(String app) {
        return ssh.map(address -> below(address, app));
    }

    /// Where an app is reached when nothing else was said.
    String urlOf(String app) {
        String port = edge.getPort() < 0 ? "" : ":" + edge.getPort();
        return edge.getScheme() + "://" + app + ".localhost" + port;
    }

    private static String below(URI folder, String app) {
        String text = folder.toString();
        return text.endsWith("/") ? text + app : text + "/" + app;
    }
}
