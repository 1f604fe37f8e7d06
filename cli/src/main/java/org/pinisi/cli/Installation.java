package org.pinisi.cli;

import java.net.InetSocketAddress;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.pinisi.cli.Parts.Later;
import org.pinisi.deployer.ControlApi;
import org.pinisi.deployer.Deployer;
import org.pinisi.deployer.DeployerConfig;
import org.pinisi.git.GitHttp;
import org.pinisi.git.GitLimits;
import org.pinisi.git.GitSsh;
import org.pinisi.git.PushListener;
import org.pinisi.git.RepositoryStore;
import org.pinisi.host.Host;
import org.pinisi.host.HostClient;
import org.pinisi.http.Address;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpLimits;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.vault.Vault;
import org.pinisi.web.Names;
import org.pinisi.web.PageAddresses;
import org.pinisi.web.Pages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything of one data folder in one process, wired by hand: host, deployer, Git server, pages and the
/// control interface; and, beside it, the edge as a process of its own.
final class Installation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Installation.class);
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final Duration LONGEST_END = Duration.ofMinutes(2);

    /// How the installation is to end.
    enum Ending {
        /// This process ends; edge and units run on, and the next `up` takes them up again.
        LEAVE_RUNNING,
        /// All of it ends.
        EVERYTHING
    }

    private final Parts parts = new Parts();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<Ending> ending = new AtomicReference<>(Ending.LEAVE_RUNNING);
    private final EdgeProcess edge;
    private final Whereabouts whereabouts;

    /// Where each part is asked to listen.
    ///
    /// @param edgeFlags the edge's further flags: on certificates, on HTTP/3
    record Wishes(Listen web, Listen edge, EdgeTlsWish edgeTls, Listen ssh, List<String> edgeFlags) {
        Wishes {
            edgeFlags = List.copyOf(edgeFlags);
        }
    }

    private Installation(DataFolder data, FileLock lock, Wishes wishes) throws Exception {
        long begin = System.nanoTime();
        boolean started = false;
        try {
            parts.keep(lock.acquiredBy());
            Listen web = wishes.web().chosen(data, "web");
            Listen ssh = wishes.ssh().chosen(data, "ssh");
            web.refuseWhenTaken("web");
            ssh.refuseWhenTaken("ssh");
            // First, as it is a program of its own and takes the longest.
            this.edge = parts.keep(EdgeProcess.begin(data, wishes.edge(), wishes.edgeTls(), wishes.edgeFlags()));
            Vault vault = Vault.open(data.key());
            Later<Host> host = parts.beside("host", () -> Host.start(data.hostConfig(vault)));
            RepositoryStore repositories = parts.keep(RepositoryStore.open(data.git(), GitLimits.DEFAULT));
            Later<Deployer> starting = parts.beside(
                    "deployer",
                    () -> new Deployer(
                            DeployerConfig.of(
                                    data.root(),
                                    data.hostSocket(),
                                    data.edgeSocket(),
                                    edge.listen().port(),
                                    edge.secure()
                                            .map(there -> OptionalInt.of(there.port()))
                                            .orElseGet(OptionalInt::empty),
                                    data.hidden(),
                                    vault),
                            repositories));
            Later<GitSsh> gitSsh =
                    parts.beside("ssh", () -> gitSsh(data, ssh, repositories, new LaterListener(starting)));
            Loops loops = parts.keep(Loops.create("plane", 1));
            Deployer deployer = starting.get();
            this.whereabouts = Whereabouts.of(
                    data,
                    web,
                    edge.listen(),
                    edge.secure(),
                    ssh.withPort(gitSsh.get().port()),
                    gitSsh.get().fingerprint());
            host.get();
            edge.awaitReady();
            deployer.start();
            HttpServer pages = web(web, deployer, repositories, loops);
            parts.keep(() -> pages.close(DRAIN));
            data.remember("last-web", Integer.toString(web.port()));
            data.remember("last-ssh", Integer.toString(gitSsh.get().port()));
            ControlApi control =
                    new ControlApi(deployer.deployments(), whereabouts::toJson, () -> ask(Ending.EVERYTHING));
            // Last: whoever finds its socket takes everything to be ready.
            HttpServer socket = HttpServer.builder(new Address.Unix(data.controlSocket()), control, loops)
                    .name("control")
                    .start();
            parts.keep(() -> socket.close(DRAIN));
            log.info("event=up milliseconds={}", (System.nanoTime() - begin) / 1_000_000);
            started = true;
        } finally {
            if (!started) {
                parts.close();
            }
        }
    }

    private HttpServer web(Listen web, Deployer deployer, RepositoryStore repositories, Loops loops) {
        Handler pages = new Pages(
                deployer.deployments(),
                Names.of(edge.client()),
                new PageAddresses(
                        whereabouts.web(),
                        whereabouts.edge(),
                        whereabouts.edgeTls(),
                        whereabouts.git(),
                        whereabouts.ssh(),
                        List.of()),
                InstantSource.system());
        Handler git = new GitHttp(repositories, deployer.pushListener(), "/git", Pushers::isLocal);
        return HttpServer.builder(web.address(), new FrontDoor(git, pages), loops)
                .limits(HttpLimits.defaults().withBodyBytes(Long.MAX_VALUE))
                .name("web")
                .start();
    }

    private static GitSsh gitSsh(DataFolder data, Listen ssh, RepositoryStore repositories, PushListener listener)
            throws Exception {
        Files.createDirectories(data.hostKey().getParent());
        AuthorizedKeys.prepare(data.authorizedKeys());
        return GitSsh.start(
                repositories,
                listener,
                new InetSocketAddress(ssh.host(), ssh.port()),
                data.hostKey(),
                data.authorizedKeys());
    }

    /// Starts everything that does not run yet; returns when it is ready.
    ///
    /// @param lock of the data folder; ours from now on
    /// @throws CommandException when something cannot be started, naming the flag or file
    static Installation start(DataFolder data, FileLock lock, Wishes wishes) throws Exception {
        return new Installation(data, lock, wishes);
    }

    /// Where things are.
    Whereabouts whereabouts() {
        return whereabouts;
    }

    /// Asks for the end; returns at once. Of several askers the one who wants everything ended wins.
    void ask(Ending how) {
        ending.accumulateAndGet(how, (one, other) -> one == Ending.EVERYTHING ? one : other);
        asked.countDown();
    }

    /// Waits until somebody has asked for the end, and carries it out.
    void awaitEnd(DataFolder data) throws InterruptedException {
        asked.await();
        log.info("event=ending how={}", ending.get());
        if (ending.get() == Ending.EVERYTHING) {
            edge.stop();
            try (HostClient host = new HostClient(data.hostSocket())) {
                host.stopAll();
            }
        }
        close();
    }

    /// Waits until the end has been carried out, at most for two minutes.
    void awaitEnded() {
        try {
            boolean done = ended.await(LONGEST_END.toSeconds(), TimeUnit.SECONDS);
            log.info("event=ended done={}", done);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        parts.close();
        ended.countDown();
    }
}
