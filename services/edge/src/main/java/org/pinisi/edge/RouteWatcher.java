package org.pinisi.edge;

/// Hears of the routes as they change. Called on the thread that changes them, one change at a time.
interface RouteWatcher {
    RouteWatcher NOBODY = new RouteWatcher() {
        @Override
        public void check(EdgeRoute route) {
            // any route will do
        }

        @Override
        public void published(RouteTable table) {
            // nothing hangs on it
        }
    };

    /// A route is about to be taken.
    ///
    /// @throws EdgeException if it cannot work, saying why; nothing changes then
    void check(EdgeRoute route);

    /// These are the routes from now on.
    void published(RouteTable table);
}
