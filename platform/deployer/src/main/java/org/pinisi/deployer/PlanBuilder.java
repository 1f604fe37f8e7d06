package org.pinisi.deployer;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Chooses the builder for a plan, and applies what holds for all: `build.output` and `start`.
final class PlanBuilder implements Builder {
    private final BuildTools tools;
    private final BuildCommands commands;
    private final InstantSource clock;

    PlanBuilder(BuildTools tools, BuildCommands commands, InstantSource clock) {
        this.tools = tools;
        this.commands = commands;
        this.clock = clock;
    }

    @Override
    public BuildResult build(BuildRequest request, BuildLog log) throws InterruptedException {
        BuildRun run = new BuildRun(request, log, tools, commands, clock);
        try {
            if (!(request.plan() instanceof Plan.Static)) {
                commands.warnings().forEach(run::say);
            }
            BuildResult result = dispatch(run, request.plan());
            return withStart(run, withOutput(run, result));
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while building " + request.app());
        } catch (IOException failure) {
            throw new BuildException("cannot build " + request.app() + ": " + failure, failure);
        }
    }

    private static BuildResult dispatch(BuildRun run, Plan plan) throws IOException, InterruptedException {
        return switch (plan) {
            case Plan.Static site -> StaticBuilder.build(run, site);
            case Plan.JavaSource java -> JavaSourceBuilder.build(run, java);
            case Plan.Maven _ -> MavenBuilder.build(run);
            case Plan.Gradle gradle -> GradleBuilder.build(run, gradle);
            case Plan.Node node -> NodeBuilder.build(run, node);
            case Plan.Run own -> own(run, own);
        };
    }

    private static BuildResult own(BuildRun run, Plan.Run plan) throws InterruptedException {
        if (!plan.command().isEmpty()) {
            run.run(plan.command());
        }
        return new BuildResult(run.source(), Optional.empty(), plan.command().isEmpty() ? "as it is" : "built");
    }

    private static BuildResult withOutput(BuildRun run, BuildResult result) throws IOException {
        Optional<String> output = run.config().build().output();
        if (output.isEmpty() || run.request().plan() instanceof Plan.Static) {
            return result;
        }
        Path tree = run.source().resolve(output.get());
        if (!Files.isDirectory(tree)
                || !tree.toRealPath().startsWith(run.source().toRealPath())) {
            throw new BuildException(
                    "the build made no folder %s (build.output in %s)".formatted(output.get(), AppConfig.FILE));
        }
        return new BuildResult(tree, Optional.empty(), result.summary());
    }

    private static BuildResult withStart(BuildRun run, BuildResult result) {
        List<String> start = run.config().start();
        return start.isEmpty() ? result : new BuildResult(result.tree(), Optional.of(start), result.summary());
    }
}
