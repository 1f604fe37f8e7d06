package org.pinisi.web;

import java.util.List;

/// What stands around every page.
///
/// @param title of the window
/// @param crumbs the way from home to here, without home
/// @param seen the state of things that the page shows, as the stream of changes names it
record Frame(String title, List<Crumb> crumbs, String seen, Words words, Assets assets) {
    /// One step of the way; the address is empty for the page itself.
    record Crumb(String text, String url) {}

    String style() {
        return assets.url(Assets.STYLE);
    }

    String script() {
        return assets.url(Assets.SCRIPT);
    }

    String icon() {
        return assets.url(Assets.ICON);
    }
}
