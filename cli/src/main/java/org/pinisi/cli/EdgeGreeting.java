package org.pinisi.cli;

import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pinisi.edge.ConfigStatus;
import org.pinisi.http.Address;

/// What `pinisi edge` says of itself: where it listens, and how it stands to its configuration.
final class EdgeGreeting {
    private EdgeGreeting() {}

    static void print(
            PrintWriter out, boolean json, long pid, List<Address> plain, List<Address> secure, ConfigStatus status) {
        if (json) {
            out.println(Whereabouts.json(fields(pid, plain, secure, status)));
        } else {
            lines(out, plain, secure, status);
        }
        out.flush();
    }

    private static void lines(PrintWriter out, List<Address> plain, List<Address> secure, ConfigStatus status) {
        plain.forEach(address -> out.println("http     " + address));
        secure.forEach(address -> out.println("https    " + address));
        out.println("config   " + status.place());
        out.println("serves   version " + status.version() + " since "
                + status.since().truncatedTo(ChronoUnit.SECONDS) + ", " + status.routes()
                + (status.routes() == 1 ? " route" : " routes"));
        status.trouble().ifPresent(trouble -> {
            out.println("refused  what is there now; " + status.version() + " serves on:");
            trouble.lines().forEach(line -> out.println("         " + line));
        });
        if (!status.restart().isEmpty()) {
            out.println("restart  needed for: " + String.join(", ", status.restart()));
        }
    }

    private static Map<String, Object> fields(
            long pid, List<Address> plain, List<Address> secure, ConfigStatus status) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("http", plain.stream().map(Address::toString).toList());
        fields.put("https", secure.stream().map(Address::toString).toList());
        fields.put("pid", pid);
        fields.put("config", status.place());
        fields.put("version", status.version());
        fields.put("since", status.since().toString());
        fields.put("routes", status.routes());
        fields.put("well", status.isWell());
        fields.put("trouble", status.trouble().orElse(null));
        fields.put("problems", status.problems());
        fields.put("restart", status.restart());
        return fields;
    }
}
