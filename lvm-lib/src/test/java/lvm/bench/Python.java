package lvm.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The Python that the library is compared with. */
final class Python {
    private Python() {}

    /**
     * The Python of the environment variable {@code LVM_PYTHON}, else the first of {@code python3} and
     * {@code /usr/bin/python3} that has some modules.
     *
     * @param modules their names, with commas
     * @return the program, or null if there is none
     */
    static String with(String modules) throws InterruptedException {
        String named = System.getenv("LVM_PYTHON");
        boolean any = named == null || named.isBlank();
        for (String python : any ? List.of("python3", "/usr/bin/python3") : List.of(named)) {
            try {
                Process process = new ProcessBuilder(python, "-c", "import " + modules)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) {
                    return python;
                }
            } catch (IOException e) {
                // No such program: try the next.
            }
        }
        return null;
    }
}
