package org.pinisi.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitRepository;

/// A branch that is where the test says.
final class FakeOrigin implements SiteOrigin {
    private Optional<CommitId> known = Optional.empty();
    private Optional<CommitId> remote = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private Optional<CountDownLatch> gate = Optional.empty();
    private Optional<Runnable> changed = Optional.empty();
    private int pulls;
    private int underWay;
    private int mostUnderWay;
    private boolean closed;
    private final List<String> ended = new ArrayList<>();

    static CommitId commit(int number) {
        return new CommitId("%040x".formatted(number));
    }

    synchronized FakeOrigin knows(CommitId commit) {
        known = Optional.of(commit);
        return this;
    }

    synchronized FakeOrigin has(CommitId commit) {
        remote = Optional.of(commit);
        failure = Optional.empty();
        return this;
    }

    synchronized FakeOrigin hasNoBranch() {
        remote = Optional.empty();
        failure = Optional.empty();
        return this;
    }

    synchronized FakeOrigin fails(String reason) {
        failure = Optional.of(reason);
        return this;
    }

    /// Pulls that begin from now on wait until the latch is counted down.
    synchronized CountDownLatch holds() {
        CountDownLatch latch = new CountDownLatch(1);
        gate = Optional.of(latch);
        return latch;
    }

    /// As when somebody pushes to a repository on this machine.
    void tells() {
        Runnable told;
        synchronized (this) {
            told = changed.orElseThrow();
        }
        told.run();
    }

    synchronized int pulls() {
        return pulls;
    }

    synchronized int mostUnderWay() {
        return mostUnderWay;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized List<String> ended() {
        return List.copyOf(ended);
    }

    @Override
    public String place() {
        return "git://example.org/site";
    }

    @Override
    public String branch() {
        return "main";
    }

    @Override
    public GitRepository repository() {
        throw new IllegalStateException("there is no repository in this test");
    }

    @Override
    public synchronized Optional<CommitId> known() {
        return known;
    }

    @Override
    public Optional<CommitId> pull() throws InterruptedException {
        Optional<CountDownLatch> held;
        synchronized (this) {
            pulls++;
            underWay++;
            mostUnderWay = Math.max(mostUnderWay, underWay);
            held = gate;
        }
        try {
            if (held.isPresent() && !held.get().await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test forgot to open the gate");
            }
            return result();
        } catch (InterruptedException interrupted) {
            synchronized (this) {
                ended.add("interrupted");
            }
            throw interrupted;
        } finally {
            synchronized (this) {
                underWay--;
            }
        }
    }

    private synchronized Optional<CommitId> result() {
        failure.ifPresent(reason -> {
            throw new SiteException(reason);
        });
        return remote;
    }

    @Override
    public void shown(CommitId commit) {}

    @Override
    public synchronized void watch(Runnable listener) {
        changed = Optional.of(listener);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
