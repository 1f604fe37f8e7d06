package org.pinisi.edge;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Loops;

/// The state of each event loop, found by the loop.
final class LoopStates {
    private final List<EventLoop> loops = new ArrayList<>();
    private final @Nullable AccessLog accessLog;
    private volatile IdentityHashMap<EventLoop, LoopState> states = new IdentityHashMap<>();

    LoopStates(Loops loops, @Nullable AccessLog accessLog) {
        this.accessLog = accessLog;
        for (EventExecutor executor : loops.group()) {
            this.loops.add((EventLoop) executor);
        }
    }

    /// To be called once, before the first connection.
    void use(Proxy proxy) {
        IdentityHashMap<EventLoop, LoopState> made = new IdentityHashMap<>();
        for (int i = 0; i < loops.size(); i++) {
            AccessLog.Lines lines = accessLog == null ? AccessLog.Lines.off() : accessLog.lines();
            made.put(loops.get(i), new LoopState(loops.get(i), i, proxy, lines));
        }
        states = made;
    }

    LoopState of(EventLoop loop) {
        LoopState state = states.get(loop);
        if (state == null) {
            throw new IllegalStateException("a channel on a loop that is not ours");
        }
        return state;
    }

    /// What each loop has counted, in their order.
    List<LoopTally> tallies() {
        return loops.stream().map(loop -> of(loop).tally()).toList();
    }

    /// Makes every loop let go of a retired upstream.
    void leave(UpstreamState upstream) {
        for (int i = 0; i < loops.size(); i++) {
            int index = i;
            loops.get(i).execute(() -> upstream.leave(index));
        }
    }

    /// Hands the last lines over.
    void flushLogs() {
        for (Map.Entry<EventLoop, LoopState> entry : states.entrySet()) {
            entry.getKey().submit(() -> entry.getValue().log().handOver()).awaitUninterruptibly(1000);
        }
    }
}
