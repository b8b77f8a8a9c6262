package lvm.spark;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** A standalone cluster on this machine: a master and workers, each a process, from the jars of the class path of the tests. */
final class Cluster implements AutoCloseable {
    private final Path home;
    private final String master;
    private final List<Process> processes = new ArrayList<>();

    Cluster(Path folder, int workers) throws Exception {
        home = folder.resolve("spark");
        Path jars = Files.createDirectories(home.resolve("jars"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                try {
                    Path jar = Path.of(entry).toAbsolutePath();
                    Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
                } catch (FileAlreadyExistsException e) {
                    // The same jar twice.
                }
            }
        }
        int port = freePort();
        master = "spark://127.0.0.1:" + port;
        start("org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "" + port, "--webui-port", "0");
        for (int i = 0; i < workers; i++) {
            start(
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--webui-port",
                    "0",
                    "--cores",
                    "1",
                    "--memory",
                    "600m",
                    "--work-dir",
                    home.resolve("work-" + i).toString(),
                    master);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void start(String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "-Xmx256m"));
        command.addAll(List.of("-cp", home.resolve("jars") + File.separator + "*", main));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Path log = home.resolve("log-" + processes.size() + ".txt");
        processes.add(
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start());
    }

    /** A session of this process whose tasks run on the workers. */
    SparkSession session() {
        return session(master);
    }

    String master() {
        return master;
    }

    static SparkSession session(String master) {
        return Sessions.builder(master)
                .config("spark.executor.memory", "500m")
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .getOrCreate();
    }

    /** Ends a worker and what it has started, at once. */
    void kill(int worker) {
        kill(processes.get(1 + worker));
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        for (Process process : processes) {
            kill(process);
        }
    }
}
