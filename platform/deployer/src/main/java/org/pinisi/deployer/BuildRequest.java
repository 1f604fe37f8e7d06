package org.pinisi.deployer;

import java.nio.file.Path;

/// What to build.
///
/// @param app the app's name
/// @param source the repository's files in a scratch folder of our own, which the build may change and whose
///     parts
///     may be moved into the image
/// @param cache the app's cache folder, kept from build to build; on the same file system as `source` for
///     speed;
///     one build of an app at a time
/// @param config the app's configuration
/// @param plan what [Detection] found
record BuildRequest(String app, Path source, Path cache, AppConfig config, Plan plan) {}
