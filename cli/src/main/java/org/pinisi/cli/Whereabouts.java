package org.pinisi.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// Where an installation is reached; what `pinisi status` tells.
///
/// @param web the page
/// @param edge the apps
/// @param edgeTls the same over TLS; empty when the edge listens for none
/// @param git where repositories are pushed to over HTTP, with a slash at the end
/// @param ssh where repositories are pushed to over SSH, with a slash at the end
/// @param sshFingerprint of the SSH server's key
/// @param data the data folder
/// @param pid the control plane's process
record Whereabouts(
        String web,
        String edge,
        Optional<String> edgeTls,
        String git,
        String ssh,
        String sshFingerprint,
        String data,
        long pid) {
    static Whereabouts of(
            DataFolder data, Listen web, Listen edge, Optional<Listen> secure, Listen ssh, String fingerprint) {
        String page = "http://" + reachable(web);
        return new Whereabouts(
                page,
                "http://" + reachable(edge),
                secure.map(listen -> "https://" + reachable(listen)),
                page + "/git/",
                "ssh://git@" + reachable(ssh) + "/",
                fingerprint,
                data.root().toString(),
                ProcessHandle.current().pid());
    }

    /// An address to listen on all interfaces is no address to go to.
    private static String reachable(Listen listen) {
        boolean everywhere = listen.host().equals("0.0.0.0") || listen.host().equals("::");
        return (everywhere ? new Listen("127.0.0.1", listen.port()) : listen).toString();
    }

    String toJson() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ready", true);
        fields.put("version", Version.line().replace("pinisi ", ""));
        fields.put("web", web);
        fields.put("edge", edge);
        edgeTls.ifPresent(address -> fields.put("edgeTls", address));
        fields.put("git", git);
        fields.put("ssh", ssh);
        fields.put("sshFingerprint", sshFingerprint);
        fields.put("data", data);
        fields.put("pid", pid);
        return json(fields);
    }

    static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }
}
