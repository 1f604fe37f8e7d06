package org.pinisi.web;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/// Where people reach the parts of Pinisi: what the pages print in commands and links.
///
/// @param web the pages themselves
/// @param edge the proxy in front of all apps; an app is at its own name under `localhost` there
/// @param git the folder of all repositories over HTTP
/// @param ssh the same over SSH
/// @param hostNames further host names under which the pages may be asked for, besides IP addresses and `localhost`
public record PageAddresses(String web, String edge, String git, String ssh, List<String> hostNames) {
    /// Copies what can change.
    ///
    /// @throws IllegalArgumentException if an address lacks its scheme or its host
    public PageAddresses {
        whole("web", web);
        whole("edge", edge);
        whole("git", git);
        whole("ssh", ssh);
        hostNames =
                hostNames.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    /// With no further host names.
    public PageAddresses(String web, String edge, String git, String ssh) {
        this(web, edge, git, ssh, List.of());
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
        URI uri = URI.create(edge);
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + app + ".localhost" + port + "/";
    }

    private static String below(String folder, String app) {
        return (folder.endsWith("/") ? folder : folder + "/") + app + ".git";
    }
}
