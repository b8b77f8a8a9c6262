package lvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in the README is compiled and run as the README says, on digits of the library's own for want of MNIST. */
class ReadmeTest {
    @TempDir
    Path directory;

    @Test
    void theProgramLearns() throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        Matcher program = Pattern.compile("```java\n((?:(?!```)[^\n]*\n)*?public class (\\w+) (?:(?!```)[^\n]*\n)*)```")
                .matcher(readme);
        assertTrue(program.find(), "no program in the README");
        String source = program.group(1);
        String load = "Mnist mnist = Mnist.load();";
        assertTrue(source.contains(load), source);
        source = source.replace(
                        load, "var mnist = lvm.data.Splits.split(lvm.data.Digits.generate(4000, 1), 1, 1000, 1);")
                .replace("import lvm.data.Mnist;\n", "");
        Path file = Files.writeString(directory.resolve(program.group(2) + ".java"), source);
        Path output = directory.resolve("output");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dfile.encoding=UTF-8",
                        "-cp",
                        System.getProperty("java.class.path"),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(child.waitFor(120, TimeUnit.SECONDS), "it does not end");
        } finally {
            child.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertEquals(0, child.exitValue(), text);
        Matcher error = Pattern.compile("test error ([0-9.]+), ").matcher(text);
        assertTrue(error.find(), text);
        // Guessing errs in 90 of 100 rows.
        assertTrue(Double.parseDouble(error.group(1)) < 0.3, text);
        assertTrue(readme.contains("java -cp kernel-ext/target/lvm-kernel.jar " + program.group(2) + ".java"), "how");
    }
}
