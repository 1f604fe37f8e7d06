package org.pinisi.git;

/// Told of each push to a [RepositoryStore]. Both methods run on a virtual thread of their own push and may block;
/// pushes run side by side, also to one repository.
public interface PushListener {
    /// Looks at a push whose objects have arrived and are readable through `repository`, while no branch has moved
    /// yet. The repository given sees the pushed objects only for the length of this call; do not keep it.
    ///
    /// @throws PushRejected to refuse the whole push; its lines reach the pusher, and nothing changes
    void review(GitRepository repository, Push push) throws PushRejected;

    /// Acts on a push whose branches have moved, durably. Called also when the pusher has gone away since, and
    /// never interrupted by that; it is interrupted when the store closes. Called with only those updates that took
    /// place.
    void accepted(GitRepository repository, Push push, PushProgress progress);
}
