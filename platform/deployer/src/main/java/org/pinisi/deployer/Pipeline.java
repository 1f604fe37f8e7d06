package org.pinisi.deployer;

import java.util.List;
import java.util.Optional;
import org.pinisi.deployer.Operations.Built;
import org.pinisi.deployer.Operations.Fetched;
import org.pinisi.deployer.Operations.Ingredients;
import org.pinisi.deployer.Operations.Source;
import org.pinisi.engine.Outcome;
import org.pinisi.engine.Term;
import org.pinisi.engine.Terms;
import org.pinisi.engine.Variable;

/// One app's pipeline: what its head is leads to what serves.
///
/// ```
/// wanted ─▶ fetch ─▶ build ─▶ release ─▶ deploy ─▶ retire
/// branch ─▶ fetch ─▶ build ─▶ check                        (for each branch that is not deployed)
/// ```
///
/// The variables are all that goes in; [#states] is all that comes out.
final class Pipeline {
    /// What should serve.
    ///
    /// @param run the run that is to tell of it
    /// @param pinned a release that somebody chose over the commit's own
    /// @param generation of the app's settings
    record Wanted(long run, String branch, String commit, Optional<Integer> pinned, long generation) {}

    /// A branch that is only built and checked.
    record Head(long run, String branch, String commit, long generation) {}

    /// How the deployment stands.
    record Deployment(
            Wanted wanted,
            Outcome<Fetched> fetched,
            Outcome<Built> built,
            Outcome<Integer> release,
            Outcome<Integer> live) {}

    /// How a branch stands.
    record Branch(Head head, Outcome<Fetched> fetched, Outcome<Built> built, Outcome<String> checked) {}

    /// How the app stands.
    ///
    /// @param deployment not ready before anything was pushed to a deploy branch
    record State(Outcome<Deployment> deployment, List<Branch> branches) {}

    /// The operations, shared by all apps.
    record Doors(
            Operations.Fetch fetch,
            Operations.BuildImage build,
            Operations.MakeRelease release,
            RolloutOperations.Deploy deploy,
            RolloutOperations.Retire retire,
            RolloutOperations.Check check) {}

    private final Variable<Wanted> wanted;
    private final Variable<List<Head>> branches;
    private final Term<State> states;

    /// Must be made on the engine's thread.
    Pipeline(String app, Terms terms, Doors doors) {
        this.wanted = terms.pending(app + " head");
        this.branches = terms.variable(app + " branches", List.of());
        Term<Wanted> head = wanted.term();
        Term<Fetched> fetched = terms.build(doors.fetch(), head.map(now -> new Source(app, now.commit())))
                .label("fetch");
        Term<Built> built = terms.build(doors.build(), fetched).label("build");
        Term<Ingredients> ingredients = head.combine(
                fetched.both(built),
                (now, done) -> new Ingredients(done.left(), done.right(), now.branch(), now.generation()));
        Term<Integer> release = terms.build(doors.release(), ingredients).label("release");
        Term<Integer> target = head.bind(
                now -> now.pinned().<Term<Integer>>map(terms::constant).orElse(release));
        Term<Integer> live = terms.publish(doors.deploy(), app, target).label("deploy");
        Term<Integer> retired = terms.publish(doors.retire(), app, live).label("retire");
        Term<Deployment> deployment = head.combine(fetched.state().both(built.state()), Half::new)
                .combine(release.state().both(live.state()), (half, rest) -> half.with(rest.left(), rest.right()));
        Term<List<Branch>> others = terms.forEach(
                branches.term(), Head::branch, name -> name, (_, item) -> branch(app, terms, doors, item));
        this.states = deployment
                .state()
                .combine(others.state(), Pipeline::state)
                .combine(retired.state(), (state, _) -> state);
    }

    private static Term<Branch> branch(String app, Terms terms, Doors doors, Term<Head> head) {
        Term<Fetched> fetched = terms.build(doors.fetch(), head.map(now -> new Source(app, now.commit())))
                .label("fetch");
        Term<Built> built = terms.build(doors.build(), fetched).label("build");
        Term<Ingredients> ingredients = head.combine(
                fetched.both(built),
                (now, done) -> new Ingredients(done.left(), done.right(), now.branch(), now.generation()));
        Term<String> checked = terms.build(doors.check(), ingredients).label("check");
        return head.combine(
                fetched.state().both(built.state()).both(checked.state()),
                (now, all) -> new Branch(now, all.left().left(), all.left().right(), all.right()));
    }

    private static State state(Outcome<Deployment> deployment, Outcome<List<Branch>> branches) {
        return new State(deployment, branches.ready().orElse(List.of()));
    }

    /// A step on the way to a [Deployment].
    private record Half(Wanted wanted, Outcome<Fetched> fetched, Outcome<Built> built) {
        Half(Wanted wanted, org.pinisi.engine.Both<Outcome<Fetched>, Outcome<Built>> both) {
            this(wanted, both.left(), both.right());
        }

        Deployment with(Outcome<Integer> release, Outcome<Integer> live) {
            return new Deployment(wanted, fetched, built, release, live);
        }
    }

    /// Says what should serve from now on.
    void want(Wanted now) {
        wanted.set(now);
    }

    /// Says which other branches there are.
    void branches(List<Head> heads) {
        branches.set(List.copyOf(heads));
    }

    /// How the app stands, at any time.
    Term<State> states() {
        return states;
    }
}
