package org.pinisi.edge;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the process itself takes, under the names that Prometheus' own libraries use.
final class ProcessMetrics {
    private static final Logger log = LoggerFactory.getLogger(ProcessMetrics.class);
    private static final double MILLIS = 1000;
    private static final double NANOS = 1e9;
    private static final int PAGE = 4096;

    private ProcessMetrics() {}

    static void write(MetricsText text, ByteBufAllocator allocator) {
        text.gauge("process_start_time_seconds", "When the process began, in seconds since 1970.")
                .sample(ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        text.counter("process_cpu_seconds", "Processor time that the process has taken.")
                .sample(ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .map(time -> time.toNanos())
                                .orElse(0L)
                        / NANOS);
        fromTheSystem(text);
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        text.gauge("jvm_memory_used_bytes", "Memory in use.")
                .sample(heap.getUsed(), "area", "heap")
                .sample(other.getUsed(), "area", "nonheap");
        text.gauge("jvm_memory_committed_bytes", "Memory taken from the system.")
                .sample(heap.getCommitted(), "area", "heap")
                .sample(other.getCommitted(), "area", "nonheap");
        if (allocator instanceof ByteBufAllocatorMetricProvider buffers) {
            text.gauge("pinisi_edge_buffer_bytes", "Memory that network buffers hold, pools included.")
                    .sample(buffers.metric().usedDirectMemory(), "kind", "direct")
                    .sample(buffers.metric().usedHeapMemory(), "kind", "heap");
        }
        long collecting = 0;
        long collections = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collecting += Math.max(0, collector.getCollectionTime());
            collections += Math.max(0, collector.getCollectionCount());
        }
        text.counter("jvm_gc_collections", "Collections of garbage.").sample(collections);
        text.counter("jvm_gc_seconds", "Time spent on them.").sample(collecting / MILLIS);
    }

    private static void fromTheSystem(MetricsText text) {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
            text.gauge("process_resident_memory_bytes", "Memory that the process has in use.")
                    .sample(Long.parseLong(pages[1]) * PAGE);
            text.gauge("process_open_fds", "Open files and connections.").sample(open.count());
        } catch (IOException | NumberFormatException unreadable) {
            // A sandbox may hide /proc; the rest is worth telling.
            log.debug("event=proc-unreadable cause=\"{}\"", unreadable.toString());
        }
    }
}
