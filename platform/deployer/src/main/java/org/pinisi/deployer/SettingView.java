package org.pinisi.deployer;

/// One variable or secret of an app.
///
/// @param name its name in the environment
/// @param secret whether its value is never shown
/// @param value what it is set to; empty for a secret
public record SettingView(String name, boolean secret, String value) {}
