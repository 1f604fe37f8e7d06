package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpException;
import tools.jackson.core.type.TypeReference;

/// Speaks to a running control plane over its unix socket. Safe for any number of threads, which it blocks.
/// Every call throws [DeployerException]: the one that the control plane threw, or one of kind UNREACHABLE.
public final class ControlClient implements AutoCloseable {
    private static final int MAX_ANSWER = 64 << 20;
    private static final Duration LONGEST_PAUSE = Duration.ofHours(12);

    private final Address socket;
    private final HttpClient client;
    private final Json json = new Json();
    private final String user = System.getProperty("user.name", "unknown");

    /// Opens nothing before the first call.
    public ControlClient(Path socket) {
        this.socket = new Address.Unix(socket);
        this.client = HttpClient.builder().idleTime(LONGEST_PAUSE).build();
    }

    /// The installation's status, as JSON.
    public String status() {
        return raw("/status");
    }

    /// Asks everything to stop; returns at once.
    public void stop() {
        send(ClientRequest.post("/stop", "application/json", new byte[0]));
    }

    /// The answer to a GET, as JSON.
    public String raw(String path) {
        return send(ClientRequest.get(path));
    }

    /// See [Deployments#apps].
    public List<AppView> apps() {
        return read(raw("/apps"), new TypeReference<>() {});
    }

    /// See [Deployments#app].
    public AppView app(String app) {
        return read(raw(at(app, "")), new TypeReference<>() {});
    }

    /// See [Deployments#releases].
    public List<Release> releases(String app) {
        return read(raw(at(app, "/releases")), new TypeReference<>() {});
    }

    /// See [Deployments#runs].
    public List<Run> runs(Optional<String> app, int limit) {
        String of = app.map(name -> "&app=" + encoded(name)).orElse("");
        return read(raw("/runs?limit=" + limit + of), new TypeReference<>() {});
    }

    /// See [Deployments#run].
    public RunView run(long id) {
        return read(raw("/runs/" + id), new TypeReference<>() {});
    }

    /// See [Deployments#rollback].
    public Run rollback(String app, OptionalInt release) {
        return read(post(at(app, "/rollback"), new ControlApi.Choice(release.orElse(0))), new TypeReference<>() {});
    }

    /// See [Deployments#redeploy].
    public Run redeploy(String app) {
        return read(post(at(app, "/deploy"), Map.of()), new TypeReference<>() {});
    }

    /// See [Deployments#settings].
    public List<SettingView> settings(String app) {
        return read(raw(at(app, "/settings")), new TypeReference<>() {});
    }

    /// See [Deployments#set].
    public Optional<Run> set(String app, Map<String, String> values, boolean secret) {
        return change(app, new ControlApi.Change(values, List.of(), secret));
    }

    /// See [Deployments#unset].
    public Optional<Run> unset(String app, List<String> names, boolean secret) {
        return change(app, new ControlApi.Change(Map.of(), names, secret));
    }

    private Optional<Run> change(String app, ControlApi.Change change) {
        List<Run> runs = read(post(at(app, "/settings"), change), new TypeReference<>() {});
        return runs.stream().findFirst();
    }

    /// See [Deployments#domains].
    public List<DomainView> domains(String app) {
        return read(raw(at(app, "/domains")), new TypeReference<>() {});
    }

    /// See [Deployments#addDomain].
    public List<DomainView> addDomain(String app, String name, Optional<String> redirect) {
        return read(post(at(app, "/domains"), new AppDomain(name, redirect)), new TypeReference<>() {});
    }

    /// See [Deployments#removeDomain].
    public List<DomainView> removeDomain(String app, String name) {
        return read(send(ClientRequest.of("DELETE", at(app, "/domains/" + encoded(name)))), new TypeReference<>() {});
    }

    /// See [Deployments#follow].
    public Run follow(long run, Consumer<String> out) throws InterruptedException {
        try (ClientResponse answer = open(ClientRequest.get("/runs/" + run + "/follow"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                out.accept(line);
                line = lines.readLine();
            }
        } catch (IOException | HttpException broken) {
            throw unreachable(broken);
        }
        return run(run).run();
    }

    /// See [Deployments#console]; returns when there is no more, or never when following.
    public void console(String app, int lines, boolean follow, OutputStream out) throws InterruptedException {
        copy(at(app, "/console?lines=" + lines + "&follow=" + follow), out);
    }

    /// See [Deployments#jobLog]; returns when there is no more.
    public void jobLog(String job, boolean follow, OutputStream out) throws InterruptedException {
        copy("/jobs/" + job + "?follow=" + follow, out);
    }

    private void copy(String path, OutputStream out) throws InterruptedException {
        try (ClientResponse answer = open(ClientRequest.get(path))) {
            answer.body().transferTo(out);
        } catch (IOException | HttpException broken) {
            throw unreachable(broken);
        }
    }

    private String post(String path, Object body) {
        return send(ClientRequest.post(path, "application/json", json.bytes(body)));
    }

    private String send(ClientRequest request) {
        try (ClientResponse answer = open(request)) {
            return answer.bodyAsText(MAX_ANSWER);
        } catch (HttpException broken) {
            throw unreachable(broken);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw unreachable(cancelled);
        }
    }

    private ClientResponse open(ClientRequest request) throws InterruptedException {
        ClientResponse answer;
        try {
            answer = client.send(socket, request.with("Pinisi-User", user));
        } catch (HttpException away) {
            throw unreachable(away);
        }
        if (answer.status() < 300) {
            return answer;
        }
        try (answer) {
            String text = answer.bodyAsText(MAX_ANSWER);
            throw answer.fields().first("Content-Type").orElse("").startsWith("application/json")
                    ? refused(text)
                    : DeployerException.failed("the control plane answered " + answer.status() + ": " + text);
        }
    }

    private DeployerException refused(String text) {
        ControlApi.Problem problem = json.read(text, ControlApi.Problem.class);
        return new DeployerException(DeployerException.Kind.valueOf(problem.kind()), problem.message());
    }

    private DeployerException unreachable(Exception cause) {
        return new DeployerException(
                DeployerException.Kind.UNREACHABLE,
                "the control plane does not answer at " + socket + ": " + cause.getMessage(),
                cause);
    }

    private <T> T read(String text, TypeReference<T> type) {
        return json.read(text.getBytes(UTF_8), type);
    }

    private static String at(String app, String rest) {
        return "/apps/" + encoded(app) + rest;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.close();
    }
}
