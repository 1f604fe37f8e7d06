package org.pinisi.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/// What `up` says when all is ready; its last line is the one to push an app with.
final class Greeting {
    private Greeting() {}

    static void print(PrintWriter out, Whereabouts at, Duration took) {
        String time = took.isZero() ? "" : String.format(Locale.ROOT, " in %.1f s", took.toMillis() / 1000.0);
        out.println("Pinisi is up" + time + ".");
        out.println();
        out.println("  page   " + at.web());
        out.println("  apps   " + at.edge().replaceFirst("//[^:/]*", "//NAME.localhost"));
        at.edgeTls()
                .map(address -> address.replaceFirst("//[^:/]*", "//NAME.localhost"))
                .ifPresent(address -> out.println("         " + address));
        out.println("  git    " + at.git() + "NAME.git");
        out.println("         " + at.ssh() + "NAME.git   (keys: " + Path.of(at.data(), "ssh", "authorized_keys") + ")");
        out.println("  data   " + at.data());
        out.println();
        out.println("Push an app:  cd YOUR-APP && git push " + at.git() + "NAME.git main");
        out.flush();
    }
}
