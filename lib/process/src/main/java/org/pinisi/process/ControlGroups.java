package org.pinisi.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The kernel's control groups (cgroups(7)), as far as we may write them: version 2, or version 1's separate
/// hierarchies.
/// All of ours lie in one group named `pinisi`.
final class ControlGroups {
    /// What can be limited or counted.
    enum Controller {
        MEMORY("memory"),
        CPU("cpu"),
        ACCOUNT("cpuacct"),
        PIDS("pids");

        private final String word;

        Controller(String word) {
            this.word = word;
        }
    }

    private static final String HOUSE = "pinisi";

    private final Support support;
    private final boolean unified;
    private final Map<Controller, Path> houses;

    private ControlGroups(Support support, boolean unified, Map<Controller, Path> houses) {
        this.support = support;
        this.unified = unified;
        this.houses = houses;
    }

    /// Finds what this machine lets us write.
    static ControlGroups detect() {
        return detect(Path.of("/proc/mounts"), Path.of("/proc/self/cgroup"));
    }

    static ControlGroups detect(Path mounts, Path membership) {
        List<String[]> mounted;
        String own;
        try {
            mounted = Files.readAllLines(mounts).stream()
                    .map(line -> line.split(" "))
                    .toList();
            own = Files.readAllLines(membership).stream()
                    .filter(line -> line.startsWith("0::"))
                    .map(line -> line.substring(3))
                    .findFirst()
                    .orElse("/");
        } catch (IOException failure) {
            return none("cannot read which control groups there are: " + failure);
        }
        List<String> reasons = new ArrayList<>();
        for (String[] mount : mounted) {
            if (mount.length > 3 && mount[2].equals("cgroup2")) {
                Optional<ControlGroups> found = unified(Path.of(mount[1]), own, reasons);
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        return separate(mounted, reasons);
    }

    Support support() {
        return support;
    }

    /// Makes the group of that name, or takes the one that is there, and sets its limits.
    ///
    /// @return empty when there are no control groups here
    Optional<ControlGroup> create(String name, Limits limits) {
        if (!support.available()) {
            return Optional.empty();
        }
        ControlGroup group = at(name);
        group.create(limits);
        return Optional.of(group);
    }

    /// The group of that name, if there is one.
    Optional<ControlGroup> existing(String name) {
        if (!support.available()) {
            return Optional.empty();
        }
        ControlGroup group = at(name);
        return group.exists() ? Optional.of(group) : Optional.empty();
    }

    private ControlGroup at(String name) {
        Map<Controller, Path> folders = new EnumMap<>(Controller.class);
        houses.forEach((controller, house) -> folders.put(controller, house.resolve(name)));
        return new ControlGroup(unified, folders);
    }

    private static ControlGroups none(String reason) {
        return new ControlGroups(new Support(false, reason), false, Map.of());
    }

    /// Version 2: below the root of all groups when we may write it (as root); otherwise beside our own group, in
    /// the part
    /// of the tree that was delegated to us.
    private static Optional<ControlGroups> unified(Path mount, String own, List<String> reasons) {
        Path root = mount.resolve("cgroup.subtree_control");
        Path ours = mount.resolve(own.substring(1)).normalize();
        Path delegated = ours.equals(mount) || ours.getParent() == null ? mount : ours.getParent();
        Path parent = Files.isWritable(root) ? mount : delegated;
        try {
            if (!words(parent.resolve("cgroup.controllers")).contains("memory")) {
                reasons.add("version 2 at " + parent + " has no memory controller");
                return Optional.empty();
            }
            Path house = parent.resolve(HOUSE);
            enable(parent);
            Files.createDirectories(house);
            enable(house);
            Map<Controller, Path> houses = new EnumMap<>(Controller.class);
            for (Controller controller : Controller.values()) {
                houses.put(controller, house);
            }
            return Optional.of(new ControlGroups(new Support(true, "version 2 at " + house), true, houses));
        } catch (IOException refused) {
            reasons.add("version 2 at " + parent + " may not be written (" + refused
                    + "); run as root, or as a service with Delegate=yes and DelegateSubgroup=plane");
            return Optional.empty();
        }
    }

    private static void enable(Path folder) throws IOException {
        Path control = folder.resolve("cgroup.subtree_control");
        List<String> enabled = words(control);
        List<String> offered = words(folder.resolve("cgroup.controllers"));
        for (String controller : List.of("memory", "cpu", "pids")) {
            if (offered.contains(controller) && !enabled.contains(controller)) {
                Files.writeString(control, "+" + controller);
            }
        }
    }

    private static ControlGroups separate(List<String[]> mounted, List<String> reasons) {
        Map<Controller, Path> houses = new EnumMap<>(Controller.class);
        for (String[] mount : mounted) {
            if (mount.length < 4 || !mount[2].equals("cgroup")) {
                continue;
            }
            List<String> options = List.of(mount[3].split(","));
            for (Controller controller : Controller.values()) {
                if (options.contains(controller.word)) {
                    house(Path.of(mount[1]), reasons).ifPresent(house -> houses.put(controller, house));
                }
            }
        }
        if (!houses.containsKey(Controller.MEMORY)) {
            reasons.add("no version 1 memory hierarchy may be written");
            return none("no control groups: " + String.join("; ", reasons));
        }
        return new ControlGroups(
                new Support(true, "version 1 at " + houses.get(Controller.MEMORY)), false, Map.copyOf(houses));
    }

    private static Optional<Path> house(Path mount, List<String> reasons) {
        Path house = mount.resolve(HOUSE);
        try {
            Files.createDirectories(house);
            // It may be there and be another user's: only making a group in it tells.
            Files.delete(Files.createTempDirectory(house, "probe"));
            return Optional.of(house);
        } catch (IOException refused) {
            reasons.add("version 1 at " + mount + " may not be written (" + refused + ")");
            return Optional.empty();
        }
    }

    private static List<String> words(Path file) throws IOException {
        return List.of(Files.readString(file).strip().split("\\s+"));
    }
}
