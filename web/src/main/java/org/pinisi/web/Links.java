package org.pinisi.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The addresses of the pages.
final class Links {
    private Links() {}

    static String app(String name) {
        return "/apps/" + segment(name);
    }

    static String console(String app) {
        return app(app) + "/console";
    }

    static String consoleText(String app) {
        return app(app) + "/console.txt";
    }

    static String runs(String app) {
        return "/runs?app=" + segment(app);
    }

    static String run(long id) {
        return "/runs/" + id;
    }

    /// A run with the log of one of its jobs.
    static String run(long id, String job) {
        return run(id) + "?job=" + segment(job) + "#log";
    }

    static String names() {
        return "/names";
    }

    static String name(String host) {
        return "/names/" + segment(host);
    }

    static String jobLog(String job) {
        return job(job) + "/log";
    }

    static String jobText(String job) {
        return job(job) + "/log.txt";
    }

    /// The address of an app outside, if it is one that may stand in a link.
    static boolean isWeb(String url) {
        return url.startsWith("http://") || url.startsWith("https://");
    }

    private static String job(String job) {
        return "/jobs/" + Arrays.stream(job.split("/", -1)).map(Links::segment).collect(Collectors.joining("/"));
    }

    private static String segment(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
