package lvm.kernel.eval;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The options of the compiler of cells: those of the kernel, those of this virtual machine that concern a compiler too, so
 * that a cell can use what the machine was started with, and those that the user sets.
 */
final class CompilerOptions {
    /** The variable of the environment with further options of the compiler, separated by spaces. */
    static final String VARIABLE = "LVM_COMPILER_OPTIONS";
    /** The system property with the same meaning, which comes first. */
    static final String PROPERTY = "lvm.compilerOptions";

    private static final String PREVIEW = "--enable-preview";
    /** Each takes a value, behind an equals sign or as the next argument. */
    private static final Set<String> SHARED =
            Set.of("--add-modules", "--add-exports", "--add-reads", "--limit-modules", "--module-path");

    private CompilerOptions() {}

    /** The options for the virtual machine that runs this. */
    static List<String> ofThisJvm() {
        List<String> arguments = mayConcernCompiler(System.getenv())
                ? ManagementFactory.getRuntimeMXBean().getInputArguments()
                : List.of();
        String further = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        return of(arguments, further == null ? "" : further, Runtime.version().feature());
    }

    /** Whether it is worth asking for the machine's own list, which takes a while. */
    private static boolean mayConcernCompiler(Map<String, String> environment) {
        List<String> own = commandLine();
        return own.isEmpty()
                || Stream.concat(
                                own.stream().skip(1).takeWhile(argument -> !argument.equals("-jar")),
                                Stream.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")
                                        .map(name -> environment.getOrDefault(name, "")))
                        .anyMatch(text -> text.startsWith("@")
                                || text.contains(PREVIEW)
                                || SHARED.stream().anyMatch(text::contains));
    }

    /** The program and its arguments, or nothing where they are not so easily had. */
    private static List<String> commandLine() {
        try {
            return List.of(Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * The options of the compiler.
     *
     * @param arguments what the virtual machine was started with
     * @param further the user's own, separated by spaces
     * @param version the version of Java
     */
    static List<String> of(List<String> arguments, String further, int version) {
        List<String> options = new ArrayList<>(List.of("-parameters", "-Xlint:none"));
        boolean preview = false;
        for (int i = 0; i < arguments.size(); i++) {
            String[] argument = arguments.get(i).split("=", 2);
            preview |= argument[0].equals(PREVIEW);
            if (SHARED.contains(argument[0])) {
                String value = argument.length == 2 ? argument[1] : i + 1 < arguments.size() ? arguments.get(++i) : "";
                options.addAll(List.of(argument[0], value));
            }
        }
        for (String option : further.isBlank() ? new String[0] : further.strip().split("\\s+")) {
            if (option.equals(PREVIEW)) {
                preview = true;
            } else {
                options.add(option);
            }
        }
        if (preview) {
            options.add(PREVIEW);
            if (!options.contains("--release") && !options.contains("-source") && !options.contains("--source")) {
                options.addAll(List.of("--source", Integer.toString(version)));
            }
        }
        return options;
    }
}
