package org.pinisi.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.pinisi.edge.Edge;
import org.pinisi.edge.EdgeConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `pinisi edge`: the reverse proxy, in the foreground. `up` starts it as a process of its own.
@Command(
        name = "edge",
        hidden = true,
        description = "Runs the edge of a data folder in the foreground; `pinisi up` does it for you.")
final class EdgeCommand implements Callable<Integer> {
    @ParentCommand
    private Commands parent = new Commands();

    @Option(names = "--listen", required = true, paramLabel = "ADDR:PORT", description = "Where clients connect.")
    private String listen = "";

    @Override
    public Integer call() throws InterruptedException {
        DataFolder data = DataFolder.of(parent.data());
        LogFile.use(data.log().resolve("edge.log"));
        EdgeConfig config = EdgeConfig.of(
                data.edge(),
                Map.of(
                        "listen",
                        listen,
                        "admin-socket",
                        data.edgeSocket().toString(),
                        "routes-file",
                        "routes.json",
                        "access-log",
                        "access.log"));
        try (Folders folders = new Folders(data.edge().resolve("site-cache"))) {
            Edge edge = Edge.start(config, folders);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("edge-stop").unstarted(edge::close));
            edge.awaitStopped();
        }
        return ExitCodes.DONE;
    }
}
