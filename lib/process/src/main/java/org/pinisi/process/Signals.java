package org.pinisi.process;

/// Signal numbers of Linux on every architecture Java runs on, and their names for people.
final class Signals {
    static final int KILL = 9;
    static final int TERM = 15;

    private Signals() {}

    static String name(int signal) {
        return switch (signal) {
            case 1 -> " (HUP)";
            case 2 -> " (INT)";
            case 3 -> " (QUIT)";
            case 4 -> " (ILL)";
            case 6 -> " (ABRT)";
            case 7 -> " (BUS)";
            case 8 -> " (FPE)";
            case KILL -> " (KILL)";
            case 11 -> " (SEGV)";
            case 13 -> " (PIPE)";
            case TERM -> " (TERM)";
            default -> "";
        };
    }
}
