package lvm.kernel.eval;

import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;

/** JShell with what its compiler needs: a fresh start after a failure, and nobody to listen to it. */
final class Compiler {
    private static final ThreadLocal<Boolean> COMPILING = ThreadLocal.withInitial(() -> false);

    private final JShell shell;
    private final String classPath;
    private boolean rounds = CompilerRound.isPossible();

    /**
     * A compiler of cells.
     *
     * @param shell the JShell
     * @param classPath the class path with which it was started
     */
    Compiler(JShell shell, String classPath) {
        this.shell = shell;
        this.classPath = classPath;
    }

    JShell shell() {
        return shell;
    }

    List<SnippetEvent> eval(String source) {
        boolean before = compiling(true);
        try {
            return shell.eval(source);
        } finally {
            compiling(before);
        }
    }

    /** Whether several declarations can be compiled in one round. */
    boolean takesRounds() {
        return rounds;
    }

    /** A round has failed, which the others would, too: they cost a new compiler each. */
    void endRounds() {
        rounds = false;
        renew();
    }

    /** Compiles and loads several declarations in one round; gives none if nothing has happened. */
    List<CompilerRound.Compiled> evalTogether(List<String> sources) {
        boolean before = compiling(true);
        try {
            return CompilerRound.of(shell, sources);
        } finally {
            compiling(before);
        }
    }

    /**
     * Starts the compiler anew; what cells have defined stays. JShell keeps its compilers for the next snippet, and one that
     * has met a limit of class files fails on everything after it. A new class path is the one thing that ends them all;
     * what it had already changes nothing.
     */
    void renew() {
        try {
            shell.addToClasspath(classPath);
        } catch (IllegalStateException e) {
            // JShell has ended; the error that led here says so.
            return;
        }
    }

    /**
     * Whether this thread is in the compiler, which prints pages to standard error when it fails; the error says all of it.
     */
    static boolean isCompiling() {
        return COMPILING.get();
    }

    /** Says whether this thread is in the compiler, and what it said before. */
    static boolean compiling(boolean now) {
        boolean before = COMPILING.get();
        COMPILING.set(now);
        return before;
    }
}
