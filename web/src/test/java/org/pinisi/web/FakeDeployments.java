package org.pinisi.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.pinisi.deployer.AppView;
import org.pinisi.deployer.Changes;
import org.pinisi.deployer.DeployerException;
import org.pinisi.deployer.Deployments;
import org.pinisi.deployer.DomainView;
import org.pinisi.deployer.Drawing;
import org.pinisi.deployer.Release;
import org.pinisi.deployer.Run;
import org.pinisi.deployer.RunView;
import org.pinisi.deployer.SettingView;
import org.pinisi.deployer.Step;
import org.pinisi.deployer.Tail;

/// What a test says there is.
final class FakeDeployments implements Deployments {
    final Changes changes = new Changes();
    final List<AppView> apps = new ArrayList<>();
    final List<Release> releases = new ArrayList<>();
    final List<Run> runs = new ArrayList<>();
    final Map<Long, List<Step>> steps = new HashMap<>();
    final Map<Long, Drawing> drawings = new HashMap<>();
    final List<SettingView> settings = new ArrayList<>();
    final Map<String, FakeLog> logs = new ConcurrentHashMap<>();
    final FakeLog console = new FakeLog();
    /// How many logs are open now.
    final AtomicInteger open = new AtomicInteger();
    /// How often a run was looked at.
    final AtomicInteger looks = new AtomicInteger();
    /// How many logs were opened in all.
    final AtomicInteger opened = new AtomicInteger();
    /// As many bytes come at a time.
    int pieces = 1 << 16;

    @Override
    public Changes changes() {
        return changes;
    }

    @Override
    public List<AppView> apps() {
        return List.copyOf(apps);
    }

    @Override
    public AppView app(String name) {
        return apps.stream()
                .filter(app -> app.name().equals(name))
                .findFirst()
                .orElseThrow(() -> missing("there is no app " + name));
    }

    @Override
    public List<Release> releases(String app) {
        return releases.stream()
                .filter(release -> release.app().equals(app))
                .sorted(Comparator.comparingInt(Release::number).reversed())
                .toList();
    }

    @Override
    public List<Run> runs(Optional<String> app, int limit) {
        return runs.stream()
                .filter(run -> app.isEmpty() || run.app().equals(app.get()))
                .sorted(Comparator.comparingLong(Run::id).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public RunView run(long id) {
        looks.incrementAndGet();
        Run found = runs.stream()
                .filter(run -> run.id() == id)
                .findFirst()
                .orElseThrow(() -> missing("there is no run " + id));
        return new RunView(found, steps.getOrDefault(id, List.of()));
    }

    @Override
    public Drawing drawing(long run) {
        return drawings.getOrDefault(run, new Drawing(List.of(), List.of()));
    }

    @Override
    public Tail jobLog(String job, long offset) {
        FakeLog log = log(job);
        opened.incrementAndGet();
        return new FakeTail(log, offset, pieces, open);
    }

    FakeLog log(String job) {
        FakeLog log = logs.get(job);
        if (log == null) {
            throw missing("there is no log of the job " + job);
        }
        return log;
    }

    @Override
    public Tail console(String app, int lines, boolean follow) {
        FakeLog log = console;
        if (!follow) {
            FakeLog now = new FakeLog();
            now.write(console.bytes());
            now.end();
            log = now;
        }
        return new FakeTail(log, 0, pieces, open);
    }

    @Override
    public List<SettingView> settings(String app) {
        return List.copyOf(settings);
    }

    @Override
    public Run rollback(String app, OptionalInt release, String by) {
        throw changing();
    }

    @Override
    public Run redeploy(String app, String by) {
        throw changing();
    }

    @Override
    public Optional<Run> set(String app, Map<String, String> values, boolean secret, String by) {
        throw changing();
    }

    @Override
    public Optional<Run> unset(String app, List<String> names, boolean secret, String by) {
        throw changing();
    }

    @Override
    public Run follow(long run, Consumer<String> out) {
        throw changing();
    }

    private static DeployerException missing(String message) {
        return new DeployerException(DeployerException.Kind.NOT_FOUND, message);
    }

    private static AssertionError changing() {
        return new AssertionError("the pages only show");
    }

    @Override
    public List<DomainView> domains(String app) {
        return List.of();
    }

    @Override
    public List<DomainView> addDomain(String app, String name, Optional<String> redirect, String by) {
        throw new UnsupportedOperationException("no page adds domains");
    }

    @Override
    public List<DomainView> removeDomain(String app, String name, String by) {
        throw new UnsupportedOperationException("no page removes domains");
    }
}
