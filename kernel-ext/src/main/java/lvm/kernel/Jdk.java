package lvm.kernel;

import java.util.Optional;

/** What the kernel needs of the Java that it runs on. */
public final class Jdk {
    private Jdk() {}

    /**
     * What is missing; asked before any class that needs it is loaded.
     *
     * @return one line that says what is missing and what to do, or nothing
     */
    public static Optional<String> problem() {
        if (ModuleLayer.boot().findModule("jdk.jshell").isPresent()) {
            return Optional.empty();
        }
        return Optional.of("the Java in " + System.getProperty("java.home")
                + " has no module jdk.jshell, by which the kernel runs cells: it is a runtime without the development tools."
                + " Use a full JDK, 17 or later (on Debian: apt install openjdk-17-jdk-headless).");
    }
}
