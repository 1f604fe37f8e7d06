package org.pinisi.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/// The few system calls that Java has no method for. Each is one static method; errno becomes a [ProcessException]
/// or a plain answer.
final class Kernel {
    static final int ESRCH = 3;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;

    // The same on every architecture: calls from number 424 on share one table.
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final int O_RDWR_CLOEXEC = 2 | 0x80000;
    private static final int PUNCH_HOLE_KEEP_SIZE = 2 | 1;
    private static final int SC_PAGESIZE = 30;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle KILL = handle("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle SYSCONF = handle("sysconf", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));
    private static final MethodHandle OPEN = handle(
            "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FALLOCATE =
            handle("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SYSCALL = handle(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));

    private Kernel() {}

    /// Sends a signal to a whole process group. Refuses the groups that would hit more than meant (kill(2): 0 is our
    /// own,
    /// 1 turned negative is everybody).
    ///
    /// @return false when the group has no member left
    static boolean killGroup(long group, int signal) {
        if (group <= 1 || group > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("group: expected > 1, found " + group);
        }
        return kill(-(int) group, signal, "process group " + group);
    }

    /// Sends a signal to exactly the process that was seen, never to a later one with its number.
    ///
    /// @return false when it is gone
    static boolean signal(ProcTable.Entry entry, int signal) {
        if (entry.pid() <= 1) {
            throw new IllegalArgumentException("pid: expected > 1, found " + entry.pid());
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int descriptor = (int) (long) SYSCALL.invokeExact(state, SYS_PIDFD_OPEN, entry.pid(), 0L, 0L, 0L);
            if (descriptor < 0) {
                return switch (errno(state)) {
                    case ESRCH -> false;
                    // Linux before 5.3: the check and the signal are two steps then.
                    case ENOSYS -> isStill(entry) && kill((int) entry.pid(), signal, "process " + entry.pid());
                    default -> throw failed("pidfd_open(" + entry.pid() + ")", state);
                };
            }
            try {
                if (!isStill(entry)) {
                    return false;
                }
                long result = (long)
                        SYSCALL.invokeExact(state, SYS_PIDFD_SEND_SIGNAL, (long) descriptor, (long) signal, 0L, 0L);
                if (result == 0) {
                    return true;
                }
                if (errno(state) == ESRCH) {
                    return false;
                }
                throw failed("pidfd_send_signal(process " + entry.pid() + ", " + signal + ")", state);
            } finally {
                int ignored = (int) CLOSE.invokeExact(state, descriptor);
            }
        } catch (Throwable failure) {
            throw asUnchecked(failure);
        }
    }

    /// The size of a page of memory, in bytes.
    static long pageSize() {
        try (Arena arena = Arena.ofConfined()) {
            return (long) SYSCONF.invokeExact(arena.allocate(STATE), SC_PAGESIZE);
        } catch (Throwable failure) {
            throw asUnchecked(failure);
        }
    }

    /// Gives the disk space of a file's first `length` bytes back; they read as zero then (fallocate(2)).
    ///
    /// @return false when the file system cannot do that
    static boolean punchHole(Path file, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment name = arena.allocateFrom(file.toString());
            int descriptor = (int) OPEN.invokeExact(state, name, O_RDWR_CLOEXEC, 0);
            if (descriptor < 0) {
                throw failed("open(" + file + ")", state);
            }
            try {
                int result = (int) FALLOCATE.invokeExact(state, descriptor, PUNCH_HOLE_KEEP_SIZE, 0L, length);
                if (result == 0) {
                    return true;
                }
                if (errno(state) == EOPNOTSUPP || errno(state) == ENOSYS) {
                    return false;
                }
                throw failed("fallocate(" + file + ")", state);
            } finally {
                int ignored = (int) CLOSE.invokeExact(state, descriptor);
            }
        } catch (Throwable failure) {
            throw asUnchecked(failure);
        }
    }

    private static boolean kill(int target, int signal, String whom) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result = (int) KILL.invokeExact(state, target, signal);
            if (result == 0) {
                return true;
            }
            if (errno(state) == ESRCH) {
                return false;
            }
            throw failed("kill(" + whom + ", " + signal + ")", state);
        } catch (Throwable failure) {
            throw asUnchecked(failure);
        }
    }

    private static boolean isStill(ProcTable.Entry entry) {
        return ProcTable.entry(entry.pid())
                .filter(now -> now.startTicks() == entry.startTicks())
                .isPresent();
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static ProcessException failed(String call, MemorySegment state) {
        int errno = errno(state);
        String hint = errno == 1 ? " (not permitted: the process belongs to another user)" : "";
        return new ProcessException("the system call " + call + " failed with errno " + errno + hint);
    }

    private static RuntimeException asUnchecked(Throwable failure) {
        return switch (failure) {
            case RuntimeException already -> already;
            case Error error -> throw error;
            default -> new ProcessException("a system call failed: " + failure, failure);
        };
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(address, descriptor, all);
    }
}
