package org.pinisi.web;

import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.pinisi.deployer.AppView;
import org.pinisi.deployer.DeployerException;
import org.pinisi.deployer.Deployments;
import org.pinisi.deployer.Drawing;
import org.pinisi.deployer.Run;
import org.pinisi.deployer.RunView;
import org.pinisi.deployer.Tail;
import org.pinisi.edge.EdgeException;
import org.pinisi.edge.NameReport;
import org.pinisi.edge.NameStatus;
import org.pinisi.http.HttpException;
import org.pinisi.http.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what a page shows and fills its template.
final class PageMaker {
    private static final Logger log = LoggerFactory.getLogger(PageMaker.class);
    private static final int NEWEST = 12;

    private final Deployments deployments;
    private final Names names;
    private final PageAddresses addresses;
    private final InstantSource clock;
    private final Assets assets;
    private final String mark;

    PageMaker(
            Deployments deployments,
            Names names,
            PageAddresses addresses,
            InstantSource clock,
            Assets assets,
            String mark) {
        this.deployments = deployments;
        this.names = names;
        this.addresses = addresses;
        this.clock = clock;
        this.assets = assets;
        this.mark = mark;
    }

    Response home() {
        Frame frame = frame("Pinisi", List.of());
        List<Run> recent = deployments.runs(Optional.empty(), RunsPage.MOST);
        List<Run> runs = recent.subList(0, Math.min(NEWEST, recent.size()));
        List<RunView> going = recent.stream()
                .filter(run -> run.state() == Run.State.RUNNING)
                .map(run -> deployments.run(run.id()))
                .toList();
        HomePage page = new HomePage(deployments.apps(), going, runs, urgent(), addresses, frame.words());
        return html(200, out -> JtehomeGenerated.render(out, Plain.TAGS, frame, page));
    }

    private List<NameStatus> urgent() {
        try {
            return names.all().stream().filter(NameStatus::isUrgent).toList();
        } catch (EdgeException away) {
            // The first page is worth showing without; the page of names says what is wrong.
            log.debug("event=edge-away", away);
            return List.of();
        }
    }

    Response names() {
        Frame frame = frame("Names", List.of(new Frame.Crumb("names", "")));
        NamesPage page = new NamesPage(names.all(), frame.words());
        return html(200, out -> JtenamesGenerated.render(out, Plain.TAGS, frame, page));
    }

    Response name(String host) {
        Frame frame = frame(host, List.of(new Frame.Crumb("names", Links.names()), new Frame.Crumb(host, "")));
        NameReport report = names.of(host)
                .orElseThrow(() -> new HttpException(404, "No route of the edge has the name " + host + "."));
        NamePage page = new NamePage(report, addresses, frame.words());
        return html(200, out -> JtenameGenerated.render(out, Plain.TAGS, frame, page));
    }

    Response app(String name) throws InterruptedException {
        Frame frame = frame(name, List.of(new Frame.Crumb(name, "")));
        AppView app = deployments.app(name);
        AppPage page = new AppPage(
                app,
                deployments.releases(name),
                deployments.runs(Optional.of(name), NEWEST),
                deployments.settings(name),
                console(app),
                addresses,
                frame.words());
        return html(200, out -> JteappGenerated.render(out, Plain.TAGS, frame, page));
    }

    private Excerpt console(AppView app) throws InterruptedException {
        if (app.units().isEmpty()) {
            return Excerpt.empty();
        }
        try (Tail tail = deployments.console(app.name(), AppPage.CONSOLE_LINES, false)) {
            return Excerpt.of(tail);
        } catch (DeployerException e) {
            // The unit went while we looked; the page is worth showing without its console.
            return Excerpt.note(e);
        }
    }

    Response runs(Optional<String> app) {
        Frame frame = frame(
                app.map(name -> "Runs of " + name).orElse("Runs"),
                app.map(name -> List.of(new Frame.Crumb(name, Links.app(name)), new Frame.Crumb("runs", "")))
                        .orElse(List.of(new Frame.Crumb("runs", ""))));
        app.ifPresent(deployments::app);
        RunsPage page = new RunsPage(app, deployments.runs(app, RunsPage.MOST), frame.words());
        return html(200, out -> JterunsGenerated.render(out, Plain.TAGS, frame, page));
    }

    Response run(long id, Optional<String> asked) throws InterruptedException {
        String seen = seen();
        RunView view = deployments.run(id);
        Run run = view.run();
        Frame frame = new Frame(
                "Run " + id + " of " + run.app(),
                List.of(new Frame.Crumb(run.app(), Links.app(run.app())), new Frame.Crumb("run " + id, "")),
                seen,
                new Words(clock.instant()),
                assets);
        Drawing drawing = deployments.drawing(id);
        Optional<String> job = RunPage.choose(asked, view.steps(), drawing);
        RunPage page = new RunPage(
                run,
                view.steps(),
                drawing,
                deployments.apps().stream()
                        .filter(app -> app.name().equals(run.app()))
                        .findFirst(),
                job,
                log(job),
                frame.words());
        return html(200, out -> JterunGenerated.render(out, Plain.TAGS, frame, page));
    }

    private Excerpt log(Optional<String> job) throws InterruptedException {
        if (job.isEmpty()) {
            return Excerpt.empty();
        }
        try (Tail tail = deployments.jobLog(job.get(), -Excerpt.MOST)) {
            return Excerpt.of(tail);
        } catch (DeployerException e) {
            // Logs are kept for a while only; the run's story is worth showing without.
            return Excerpt.note(e);
        }
    }

    Response problem(int status, String heading, String text) {
        Frame frame = frame(heading, List.of());
        ProblemPage page = new ProblemPage(status, heading, text);
        return html(status, out -> JteproblemGenerated.render(out, Plain.TAGS, frame, page));
    }

    private Frame frame(String title, List<Frame.Crumb> crumbs) {
        return new Frame(title, crumbs, seen(), new Words(clock.instant()), assets);
    }

    /// Must be read before what the page shows, so that no change falls between.
    private String seen() {
        return ChangeEvents.name(mark, deployments.changes().version());
    }

    private static Response html(int status, Consumer<HtmlTemplateOutput> template) {
        StringOutput text = new StringOutput();
        template.accept(new OwaspHtmlTemplateOutput(text));
        return Response.html(status, text.toString()).with("Cache-Control", "private, no-cache");
    }
}
