package lvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another Java process with the class path of the tests. */
public final class Child {
    private static final int MINUTES = 5;

    private Child() {}

    /**
     * Runs a main method to its end.
     *
     * @param main its class
     * @param options options of the virtual machine
     * @param arguments its arguments
     * @return what it printed
     */
    public static String run(Class<?> main, List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Xmx512m"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        File errors = File.createTempFile("child", ".txt");
        errors.deleteOnExit();
        Process process = new ProcessBuilder(command).redirectError(errors).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), main + " does not end");
        assertEquals(0, process.exitValue(), () -> output + read(errors));
        return output;
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
