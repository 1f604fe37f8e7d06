package org.pinisi.deployer;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.pinisi.engine.Outcome;
import org.pinisi.image.ImageDigest;
import org.pinisi.image.ImageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the disk within its budget: deletes images that no release of the last ones, and no pipeline of
/// now, needs. It deletes nothing that we did not make, and never what serves or what a rollback may
/// choose.
final class Janitor {
    private static final Logger log = LoggerFactory.getLogger(Janitor.class);

    private final Apps apps;
    private final Releases releases;
    private final ImageStore images;
    private final Clerk clerk;
    private final int keptReleases;
    private final long budgetBytes;

    /// @param keptReleases how many releases of an app can be rolled back to, at least 1
    /// @param budgetBytes what the images of the others may take up
    Janitor(Apps apps, Releases releases, ImageStore images, Clerk clerk, int keptReleases, long budgetBytes) {
        this.apps = apps;
        this.releases = releases;
        this.images = images;
        this.clerk = clerk;
        this.keptReleases = keptReleases;
        this.budgetBytes = budgetBytes;
    }

    void clean() {
        Set<ImageDigest> keep = new HashSet<>();
        for (Apps.App app : apps.list()) {
            List<Release> all = releases.list(app.name());
            all.stream().limit(keptReleases).forEach(release -> keep.add(new ImageDigest(release.image())));
            all.stream()
                    .filter(release -> isNumber(app.live(), release) || isNumber(app.pinned(), release))
                    .forEach(release -> keep.add(new ImageDigest(release.image())));
            clerk.state(app.name()).ifPresent(state -> keepBuilt(state, keep));
        }
        long freed = images.collect(keep, budgetBytes);
        if (freed > 0) {
            log.info("event=images-collected bytes={} kept={}", freed, keep.size());
        }
    }

    private static boolean isNumber(OptionalInt number, Release release) {
        return number.isPresent() && number.getAsInt() == release.number();
    }

    private static void keepBuilt(Pipeline.State state, Set<ImageDigest> keep) {
        Optional<Operations.Built> deployed =
                state.deployment().ready().map(Pipeline.Deployment::built).flatMap(Outcome::ready);
        deployed.ifPresent(built -> keep.add(new ImageDigest(built.image())));
        state.branches()
                .forEach(branch -> branch.built().ready().ifPresent(built -> keep.add(new ImageDigest(built.image()))));
    }
}
