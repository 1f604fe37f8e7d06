package org.pinisi.cli;

import java.util.ArrayList;
import java.util.List;
import org.pinisi.git.CommitId;
import org.pinisi.http.Address;
import org.pinisi.site.SiteServer;
import org.pinisi.site.SourceStatus;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What `pinisi site` says once it listens.
final class SiteGreeting {
    private SiteGreeting() {}

    static List<String> lines(SiteServer server) {
        SourceStatus status = server.source().status();
        List<String> lines = new ArrayList<>();
        lines.add("site    " + status.place() + "#" + status.branch());
        server.plain().forEach(address -> lines.add("http    http://" + address + "/"));
        server.secure().forEach(address -> lines.add("https   https://" + address + "/"));
        server.statusAddress().ifPresent(address -> lines.add("status  http://" + address + "/status"));
        lines.add("shows   " + status.shown().map(CommitId::hex).orElse("nothing yet"));
        return lines;
    }

    static String json(SiteServer server) {
        SourceStatus status = server.source().status();
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode root = mapper.createObjectNode();
        root.put("place", status.place());
        root.put("branch", status.branch());
        root.put("pid", ProcessHandle.current().pid());
        addresses(root.putArray("http"), server.plain());
        addresses(root.putArray("https"), server.secure());
        root.put("status", server.statusAddress().map(Address::toString).orElse(null));
        root.put("shown", status.shown().map(CommitId::hex).orElse(null));
        return mapper.writeValueAsString(root);
    }

    private static void addresses(ArrayNode array, List<Address> addresses) {
        addresses.forEach(address -> array.add(address.toString()));
    }
}
