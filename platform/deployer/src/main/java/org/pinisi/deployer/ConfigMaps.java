package org.pinisi.deployer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Immutable maps that keep the order of the file, which `Map.copyOf` does not.
final class ConfigMaps {
    private ConfigMaps() {}

    static Map<String, String> ordered(Map<String, String> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
