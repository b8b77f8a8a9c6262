package lvm.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processes that have ended and are still in the table of processes, on Linux. */
final class Zombies {
    private Zombies() {}

    /** The file that tells of a process, where the system has such files. */
    static Path status(long pid) {
        return Path.of("/proc", Long.toString(pid), "stat");
    }

    /** Whether a process has died and was not asked for yet. A process whose first thread alone has ended is alive. */
    static boolean isZombie(long pid) {
        try {
            return isZombie(Files.readString(status(pid), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return false; // gone altogether, which others notice
        }
    }

    /** The same, by the content of the file. */
    static boolean isZombie(String stat) {
        // The name of the program comes second, in parentheses, and may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split("\\s+");
        boolean ended = fields[0].equals("Z") || fields[0].equals("X") || fields[0].equals("x");
        int threads = fields.length > 17 ? Integer.parseInt(fields[17]) : 1;
        return ended && threads <= 1;
    }
}
