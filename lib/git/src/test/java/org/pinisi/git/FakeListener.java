package org.pinisi.git;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Remembers pushes; tests put their own behaviour in.
final class FakeListener implements PushListener {
    final List<Push> reviewed = new CopyOnWriteArrayList<>();
    final List<Push> accepted = new CopyOnWriteArrayList<>();
    volatile Review review = (_, _) -> {};
    volatile Accepted then = (_, _, _) -> {};

    interface Review {
        void review(GitRepository repository, Push push) throws PushRejected;
    }

    interface Accepted {
        void accepted(GitRepository repository, Push push, PushProgress progress) throws Exception;
    }

    @Override
    public void review(GitRepository repository, Push push) throws PushRejected {
        reviewed.add(push);
        review.review(repository, push);
    }

    @Override
    public void accepted(GitRepository repository, Push push, PushProgress progress) {
        accepted.add(push);
        try {
            then.accepted(repository, push, progress);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
