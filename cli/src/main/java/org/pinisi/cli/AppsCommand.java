package org.pinisi.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.pinisi.deployer.AppView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pinisi apps`.
@Command(name = "apps", description = "Lists the apps: how each fares, which release serves, and where.")
final class AppsCommand implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        return Control.call(scope.data(), client -> {
            if (json.wanted()) {
                scope.out().println(client.raw("/apps"));
                return ExitCodes.DONE;
            }
            List<AppView> apps = client.apps();
            if (apps.isEmpty()) {
                String git =
                        Control.whereabouts(scope.data()).map(Whereabouts::git).orElse("<git>");
                scope.out().println("No apps yet; push one: git push " + git + "NAME.git main");
                return ExitCodes.DONE;
            }
            Table table = new Table("APP", "STATE", "RELEASE", "COMMIT", "SINCE", "URL");
            Instant now = Instant.now();
            for (AppView app : apps) {
                table.row(
                        app.name(),
                        Words.word(app.state()),
                        app.live()
                                .map(live -> live.number() + (app.pinned() ? " (chosen)" : ""))
                                .orElse("-"),
                        app.live().map(live -> live.commit().substring(0, 7)).orElse("-"),
                        app.live().map(live -> Words.ago(live.created(), now)).orElse("-"),
                        app.url());
            }
            table.print(scope.out());
            return ExitCodes.DONE;
        });
    }
}
