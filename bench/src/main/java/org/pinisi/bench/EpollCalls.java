package org.pinisi.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The system calls of an epoll loop, by the foreign-function interface (epoll(7), Linux on x86-64 and arm64).
///
/// A negative result is an error; which one is not asked, since whoever calls it here only closes then.
final class EpollCalls {
    static final int IN = 1;
    static final int OUT = 4;
    static final int EDGE = 1 << 31;
    private static final int ADD = 1;
    private static final int NO_SIGNAL = 0x4000;
    private static final int NON_BLOCKING = 0x800;
    private static final int TCP = 6;
    private static final int NO_DELAY = 1;
    /// `struct epoll_event` is packed on x86-64 alone (linux/eventpoll.h).
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    static final int EVENT_BYTES = PACKED ? 12 : 16;
    static final int EVENT_DATA = PACKED ? 4 : 8;

    // Constants, so that the compiler makes each call direct.
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle CREATE = call("epoll_create1", ValueLayout.JAVA_INT);
    private static final MethodHandle CONTROL =
            call("epoll_ctl", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final MethodHandle AWAIT =
            call("epoll_wait", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle ACCEPT =
            call("accept4", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle RECEIVE =
            callLong("recv", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    private static final MethodHandle SEND =
            callLong("send", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = call("close", ValueLayout.JAVA_INT);
    private static final MethodHandle OPTION = call(
            "setsockopt",
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);
    private static final MethodHandle SOCKET =
            call("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle BIND =
            call("bind", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle LISTEN = call("listen", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private final MemorySegment scratch;
    private final int epoll;

    EpollCalls(Arena arena) {
        this.scratch = arena.allocate(64, 8);
        this.epoll = checked("epoll_create1", () -> (int) CREATE.invokeExact(0));
    }

    /// A call that may throw whatever a method handle may.
    private interface Call {
        long run() throws Throwable;
    }

    private static MethodHandle call(String name, ValueLayout... arguments) {
        return handle(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    private static MethodHandle callLong(String name, ValueLayout... arguments) {
        return handle(name, FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments));
    }

    @SuppressWarnings("restricted") // the C library's functions, called as their manual pages say
    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    private static int checked(String name, Call call) {
        long result = plain(call);
        if (result < 0) {
            throw new BenchException("the system call " + name + " failed");
        }
        return (int) result;
    }

    private static long plain(Call call) {
        try {
            return call.run();
        } catch (Throwable impossible) {
            throw new BenchException("a system call could not be made", impossible);
        }
    }

    /// A socket that listens on a loopback port, does not block, and is watched.
    int listen(int port, int backlog) {
        int door = checked("socket", () -> (int) SOCKET.invokeExact(2, 1 | NON_BLOCKING, 0));
        scratch.set(ValueLayout.JAVA_INT, 0, 1);
        checked("setsockopt", () -> (int) OPTION.invokeExact(door, 1, 2, scratch, 4));
        scratch.fill((byte) 0);
        scratch.set(ValueLayout.JAVA_SHORT, 0, (short) 2);
        scratch.set(ValueLayout.JAVA_SHORT, 2, Short.reverseBytes((short) port));
        scratch.set(ValueLayout.JAVA_INT, 4, Integer.reverseBytes(0x7F000001));
        checked("bind", () -> (int) BIND.invokeExact(door, scratch, 16));
        checked("listen", () -> (int) LISTEN.invokeExact(door, backlog));
        watch(door, IN);
        return door;
    }

    /// The next connection, watched; negative when there is none.
    int accept(int door) {
        int socket =
                (int) plain(() -> (int) ACCEPT.invokeExact(door, MemorySegment.NULL, MemorySegment.NULL, NON_BLOCKING));
        if (socket >= 0) {
            scratch.set(ValueLayout.JAVA_INT, 0, 1);
            checked("setsockopt", () -> (int) OPTION.invokeExact(socket, TCP, NO_DELAY, scratch, 4));
            watch(socket, IN | OUT | EDGE);
        }
        return socket;
    }

    private void watch(int socket, int events) {
        scratch.set(ValueLayout.JAVA_INT, 0, events);
        scratch.set(ValueLayout.JAVA_INT_UNALIGNED, EVENT_DATA, socket);
        checked("epoll_ctl", () -> (int) CONTROL.invokeExact(epoll, ADD, socket, scratch));
    }

    int await(MemorySegment events, int most) {
        try {
            return (int) AWAIT.invokeExact(epoll, events, most, -1);
        } catch (Throwable impossible) {
            throw new BenchException("epoll_wait could not be made", impossible);
        }
    }

    long receive(int socket, MemorySegment into) {
        try {
            return (long) RECEIVE.invokeExact(socket, into, into.byteSize(), 0);
        } catch (Throwable impossible) {
            throw new BenchException("recv could not be made", impossible);
        }
    }

    long send(int socket, MemorySegment bytes) {
        try {
            return (long) SEND.invokeExact(socket, bytes, bytes.byteSize(), NO_SIGNAL);
        } catch (Throwable impossible) {
            throw new BenchException("send could not be made", impossible);
        }
    }

    void close(int socket) {
        checked("close", () -> (int) CLOSE.invokeExact(socket));
    }
}
