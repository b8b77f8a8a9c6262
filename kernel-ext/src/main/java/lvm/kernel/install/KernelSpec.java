package lvm.kernel.install;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import lvm.kernel.JvmFlags;

/**
 * A kernel as Jupyter knows it: a folder with {@code kernel.json}, logos and, unless it is used in place, the jar.
 *
 * @param name the folder's name, by which notebooks name their kernel; lower case
 * @param displayName what a person sees
 * @param java the java program that runs the kernel, an absolute path
 * @param jar the kernel jar, an absolute path
 * @param inPlace whether the kernel runs from that jar; else it is copied into the folder
 * @param jvmOptions further options of the Java virtual machine
 */
record KernelSpec(String name, String displayName, Path java, Path jar, boolean inPlace, List<String> jvmOptions) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final String JAR = "lvm-kernel.jar";
    private static final List<String> LOGOS = List.of("logo-32x32.png", "logo-64x64.png");

    KernelSpec {
        if (!NAME.matcher(name).matches() || name.startsWith(".")) {
            throw new IllegalArgumentException("--name: \"" + name
                    + "\" is no kernel name, expected letters a-z, digits, hyphens, underscores and dots");
        }
        // Jupyter looks kernels up in lower case.
        name = name.toLowerCase(Locale.ROOT);
        if (displayName.isBlank()) {
            throw new IllegalArgumentException("--display-name: empty, expected what a person sees");
        }
        for (String option : jvmOptions) {
            if (!option.startsWith("-")) {
                throw new IllegalArgumentException("--jvm-option: \"" + option
                        + "\" is no option of the Java virtual machine, expected for example -Xmx4g");
            }
        }
        java = java.toAbsolutePath().normalize();
        jar = jar.toAbsolutePath().normalize();
        jvmOptions = List.copyOf(jvmOptions);
    }

    /**
     * Writes the kernel, in place of an older one of the same name. Jupyter sees the old one or the new one, never a part.
     *
     * @param kernels the folder of kernels; made if it is missing
     * @return the kernel's folder
     * @throws IOException if it can not be written
     */
    Path install(Path kernels) throws IOException {
        Path folder = kernels.toAbsolutePath().normalize().resolve(name);
        Files.createDirectories(kernels);
        // Beside the target, so that both are on one file system and a move is one step.
        Path fresh = Files.createTempDirectory(folder.getParent(), "." + name + "-new-");
        try {
            if (!inPlace) {
                Files.copy(jar, fresh.resolve(JAR));
            }
            for (String logo : LOGOS) {
                try (InputStream in = KernelSpec.class.getResourceAsStream(logo)) {
                    Files.copy(in, fresh.resolve(logo));
                }
            }
            Files.writeString(fresh.resolve("kernel.json"), json(folder, List.of()), StandardCharsets.UTF_8);
            readableByAll(fresh);
            replace(folder, fresh);
        } finally {
            delete(fresh);
        }
        return folder;
    }

    /**
     * Makes the archive of an installed kernel, with which it starts faster; it knows the jar by its place, so this comes last.
     * A kernel that cannot be started to make it, or a folder that cannot be written, stays as it was.
     *
     * @param folder the kernel's folder, from {@link #install}
     * @return whether there is an archive now
     */
    boolean archive(Path folder) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(JvmFlags.ALL);
        command.addAll(jvmOptions);
        List<String> flags = ClassArchive.make(command, jar(folder), folder);
        if (flags.isEmpty()) {
            return false;
        }
        try {
            Path fresh = Files.createTempFile(folder, "kernel", ".json");
            Files.writeString(fresh, json(folder, flags), StandardCharsets.UTF_8);
            if (fresh.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(fresh, folder.resolve("kernel.json"), StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Path jar(Path folder) {
        return inPlace ? jar : folder.resolve(JAR);
    }

    private static void replace(Path folder, Path fresh) throws IOException {
        Path old = null;
        if (Files.exists(folder)) {
            old = Files.createTempDirectory(folder.getParent(), "." + folder.getFileName() + "-old-");
            Files.delete(old);
            Files.move(folder, old);
        }
        try {
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (old != null) {
                Files.move(old, folder);
            }
            throw e;
        }
        if (old != null) {
            delete(old);
        }
    }

    /** Makes the folder readable for everybody: it was made as a temporary folder, which only its owner may read. */
    private static void readableByAll(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException failure) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** The content of {@code kernel.json}; every path is absolute, since not every front end knows where it lies. */
    private String json(Path folder, List<String> archive) {
        List<String> argv = new ArrayList<>();
        argv.add(java.toString());
        argv.addAll(JvmFlags.ALL);
        argv.addAll(archive);
        argv.addAll(jvmOptions);
        argv.add("-jar");
        argv.add(jar(folder).toString());
        argv.add("kernel");
        argv.add("{connection_file}");
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("argv", argv);
        spec.put("display_name", displayName);
        spec.put("language", "java");
        spec.put("interrupt_mode", "message");
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(spec) + "\n";
    }
}
