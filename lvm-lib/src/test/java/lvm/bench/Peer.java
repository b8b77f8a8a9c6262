package lvm.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A Python program that is compared with: it waits for its turn. */
final class Peer implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter tasks;
    private final Path script;
    private final String about;

    /** Seconds and what was found. */
    record Turn(double seconds, double found, String note) {}

    /**
     * Starts it.
     *
     * @param python the program of {@link Python#with}
     * @param name a script beside this class: it says in a line what it is, then reads a task a line and answers a line of seconds, what
     *     was found, and a note
     * @param data a directory, its argument
     */
    Peer(String python, String name, Path data) throws IOException {
        this(python, name, data, Map.of());
    }

    /** With variables of its environment. */
    Peer(String python, String name, Path data, Map<String, String> environment) throws IOException {
        script = Files.createTempFile("bench", ".py");
        try (var in = Peer.class.getResourceAsStream(name);
                OutputStream out = Files.newOutputStream(script)) {
            in.transferTo(out);
        }
        ProcessBuilder builder = new ProcessBuilder(python, script.toString(), data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        process = builder.start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        tasks = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        about = answers.readLine();
    }

    /** What it says of itself. */
    String about() {
        return about;
    }

    Turn run(String task) throws IOException {
        tasks.write(task + "\n");
        tasks.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IllegalStateException("the Python side failed, see above");
        }
        String[] numbers = answer.split(" ");
        return new Turn(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]), numbers[2]);
    }

    @Override
    public void close() throws IOException {
        tasks.close();
        process.destroy();
        Files.delete(script);
    }
}
