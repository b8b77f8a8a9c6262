package lvm.kernel.install;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An archive of the classes that the kernel loads at its start and for a first cell: the virtual machine maps it into memory
 * and need not read and verify them (class data sharing). It holds for one build of Java and one jar; with another the
 * virtual machine starts without it.
 */
public final class ClassArchive {
    /** The command by which the kernel's jar lives through a first session by itself. */
    public static final String REHEARSE = "rehearse";

    private static final String FILE = "lvm-kernel.jsa";
    private static final long PATIENCE_SECONDS = 120;
    /** That an archive does not fit any more is no matter for the user. */
    private static final String QUIET = "-Xlog:cds*=off";

    private ClassArchive() {}

    /**
     * Makes the archive.
     *
     * @param java the program and its options
     * @param jar the kernel's jar, in its place
     * @param folder where the archive goes
     * @return the options by which it is used, none if it could not be made
     */
    static List<String> make(List<String> java, Path jar, Path folder) {
        Path archive = folder.resolve(FILE);
        if (archive.toString().contains(File.pathSeparator)) {
            return List.of(); // the option takes a list
        }
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, QUIET, "-jar", jar.toString(), REHEARSE));
        Process process = null;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    && process.exitValue() == 0
                    && Files.isRegularFile(archive)) {
                return List.of("-XX:SharedArchiveFile=" + archive, QUIET);
            }
        } catch (IOException e) {
            return List.of(); // no such program; the kernel will not start either
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
        return List.of();
    }
}
