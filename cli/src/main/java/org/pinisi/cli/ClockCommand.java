package org.pinisi.cli;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.pinisi.clock.ClockConfig;
import org.pinisi.clock.ClockException;
import org.pinisi.clock.ClockServer;
import org.pinisi.clock.LogLevels;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// `pinisi clock`: the clock in the foreground, until SIGTERM or Ctrl-C. Its help is the page
/// `clock-help.txt`.
@Command(
        name = "clock",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Answers every HTTP request with the time in UTC, as JSON.")
final class ClockCommand implements Callable<Integer> {
    @Option(names = "--ips", paramLabel = "IPS", defaultValue = "0.0.0.0", converter = Addresses.class)
    private List<InetAddress> ips = ClockConfig.DEFAULT.ips();

    @Option(
            names = {"-l", "--logs"},
            paramLabel = "LEVEL",
            defaultValue = "${env:MIRAGE_LOGS:-*:info}",
            converter = Levels.class)
    private LogLevels logs = LogLevels.DEFAULT;

    @Option(names = "--port", paramLabel = "VAL", defaultValue = "80")
    private int port = ClockConfig.DEFAULT.port();

    @Override
    public Integer call() throws InterruptedException {
        ClockConfig config = new ClockConfig(ips, port, logs);
        Logging.apply(logs);
        CountDownLatch ended = new CountDownLatch(1);
        ClockServer server = ClockServer.start(config, InstantSource.system());
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("clock-stop").unstarted(server::close));
        // Only the end of the process ends a clock.
        ended.await();
        return CommandLine.ExitCode.OK;
    }

    private static final class Addresses implements ITypeConverter<List<InetAddress>> {
        @Override
        public List<InetAddress> convert(String text) {
            try {
                return ClockConfig.addresses(text);
            } catch (ClockException failure) {
                throw new TypeConversionException(failure.getMessage());
            }
        }
    }

    private static final class Levels implements ITypeConverter<LogLevels> {
        @Override
        public LogLevels convert(String text) {
            try {
                return LogLevels.parse(text);
            } catch (ClockException failure) {
                throw new TypeConversionException(failure.getMessage());
            }
        }
    }
}
