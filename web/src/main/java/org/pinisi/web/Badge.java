package org.pinisi.web;

import java.util.ArrayList;
import java.util.List;
import org.pinisi.deployer.AppView;
import org.pinisi.deployer.Run;
import org.pinisi.deployer.Step;
import org.pinisi.edge.NameCertificate;

/// A state in a word or two, with its colour.
record Badge(String text, Tone tone) {

    /// The two things one asks of an app: does it serve, and is that what was pushed?
    static List<Badge> of(AppView app) {
        List<Badge> badges = new ArrayList<>(2);
        badges.add(serving(app));
        String run = app.lastRun().map(last -> " #" + last.id()).orElse("");
        switch (app.state()) {
            case EMPTY -> {}
            case LIVE, DOWN -> badges.add(currency(app));
            case DEPLOYING -> badges.add(new Badge("deploying" + run, Tone.BUSY));
            case FAILED_SERVING, FAILED -> badges.add(new Badge("run" + run + " failed", Tone.BAD));
        }
        return List.copyOf(badges);
    }

    private static Badge serving(AppView app) {
        return switch (app.state()) {
            case EMPTY -> new Badge("not deployed", Tone.QUIET);
            case LIVE, FAILED_SERVING -> new Badge("serving", Tone.GOOD);
            case DEPLOYING ->
                app.live().isPresent() ? new Badge("serving", Tone.GOOD) : new Badge("not yet serving", Tone.QUIET);
            case FAILED -> new Badge("nothing serves", Tone.BAD);
            case DOWN -> new Badge("down", Tone.BAD);
        };
    }

    private static Badge currency(AppView app) {
        return app.pinned() ? new Badge("pinned", Tone.WARN) : new Badge("up to date", Tone.GOOD);
    }

    /// How it stands with a certificate.
    static Badge of(NameCertificate certificate, Words words) {
        String left = certificate.validUntil().map(words::until).orElse("");
        return switch (certificate.state()) {
            case WAITING -> new Badge("being asked for", Tone.BUSY);
            case FAILING -> new Badge("none", Tone.BAD);
            case GOOD -> new Badge("ends " + left, Tone.GOOD);
            case RENEWAL_FAILING -> new Badge("not renewed, ends " + left, Tone.WARN);
            case EXPIRED -> new Badge("expired " + left, Tone.BAD);
            case UNUSED -> new Badge("not used", Tone.QUIET);
        };
    }

    static Badge of(Run.State state) {
        return switch (state) {
            case RUNNING -> new Badge("running", Tone.BUSY);
            case LIVE -> new Badge("deployed", Tone.GOOD);
            case CHECKED -> new Badge("checked", Tone.GOOD);
            case FAILED -> new Badge("failed", Tone.BAD);
            case CANCELLED -> new Badge("cancelled", Tone.QUIET);
        };
    }

    static Badge of(Step.State state) {
        return switch (state) {
            case RUNNING -> new Badge("running", Tone.BUSY);
            case DONE -> new Badge("done", Tone.GOOD);
            case UNCHANGED -> new Badge("unchanged", Tone.QUIET);
            case FAILED -> new Badge("failed", Tone.BAD);
            case CANCELLED -> new Badge("cancelled", Tone.QUIET);
        };
    }

    /// @param state as a drawing names it
    static Badge ofNode(String state) {
        return switch (state) {
            case "succeeded" -> new Badge("done", Tone.GOOD);
            case "failed" -> new Badge("failed", Tone.BAD);
            case "running" -> new Badge("running", Tone.BUSY);
            case "ready" -> new Badge("waits for its turn", Tone.BUSY);
            case "waiting_for_confirmation" -> new Badge("waits for approval", Tone.WARN);
            case "blocked" -> new Badge("waits for inputs", Tone.QUIET);
            default -> new Badge(state.replace('_', ' '), Tone.QUIET);
        };
    }
}
