package lvm.kernel.magic;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.eval.JavaEvaluator;
import lvm.kernel.magic.CellSegments.Segment;

/** Java with magics: runs the magics of a cell itself and gives the rest to {@link JavaEvaluator}. */
public final class MagicEvaluator implements Evaluator {

    /** Magics that come from elsewhere. */
    public interface Extra {

        /**
         * The names of the line magics.
         *
         * @return the names, without percent sign
         */
        Set<String> lineMagics();

        /**
         * The names of the cell magics.
         *
         * @return the names, without percent signs
         */
        Set<String> cellMagics();

        /**
         * Runs a line magic.
         *
         * @param name one of {@link #lineMagics()}
         * @param arguments the words behind it
         * @return its value, or null
         * @throws Exception what it throws
         */
        Object line(String name, List<String> arguments) throws Exception;

        /**
         * Runs a cell magic.
         *
         * @param name one of {@link #cellMagics()}
         * @param arguments the words behind it
         * @param body the rest of the cell
         * @return its value, or null
         * @throws Exception what it throws
         */
        Object cell(String name, List<String> arguments, String body) throws Exception;
    }

    private static final Map<String, String> HELP = new LinkedHashMap<>();

    static {
        HELP.put("%maven", "%maven group:artifact:version …    adds artifacts and all that they need");
        HELP.put("%%loadFromPOM", "%%loadFromPOM    adds the dependencies of the POM, or part of one, that follows");
        HELP.put("%loadFromPOM", "%loadFromPOM pom.xml    adds the dependencies of a POM");
        HELP.put("%classpath", "%classpath path …    adds jars (* and ** stand for any names) or folders of classes");
        HELP.put("%load", "%load file    runs a .jshell or .java file, or the cells of a notebook");
        HELP.put("%time", "%time statement    runs a statement and says how long it took");
        HELP.put("%%time", "%%time    runs the cell and says how long it took");
        HELP.put("%lsmagic", "%lsmagic    lists what there is");
    }

    /** Names that users of other Java kernels know. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "addMavenDependency", "maven",
            "addMavenDependencies", "maven",
            "addMaven", "maven",
            "jars", "classpath",
            "addClasspath", "classpath",
            "magics", "lsmagic",
            "loadJar", "classpath");

    private static final Pattern ARTIFACT = Pattern.compile("[\\w.-]+(:[\\w.-]+){2,4}");
    private static final int LOAD_DEPTH = 10;

    private final JavaEvaluator java;
    private final Extra extra;
    private final MavenPath maven = new MavenPath();
    private final Set<Path> added = new HashSet<>();
    private volatile boolean running;
    private volatile boolean announced;
    private volatile boolean stopped;
    private int depth;

    /**
     * Adds magics to Java.
     *
     * @param java runs what is Java
     * @param extra further magics, or null
     */
    public MagicEvaluator(JavaEvaluator java, Extra extra) {
        this.java = java;
        this.extra = extra;
    }

    @Override
    public Optional<Object> evaluate(String code, int cell) throws CellException {
        boolean outermost = depth == 0;
        if (outermost) {
            running = true;
        }
        depth++;
        try {
            if (!CellSegments.hasMagic(code)) {
                return java.evaluate(code, cell);
            }
            Optional<Object> value = Optional.empty();
            for (Segment segment : CellSegments.split(code)) {
                if (stopped) {
                    throw interrupted();
                }
                value = segment.magic() == null
                        ? java.evaluate(segment.text(), cell)
                        : Optional.ofNullable(run(segment, cell));
            }
            return value;
        } finally {
            depth--;
            if (outermost) {
                running = false;
                announced = false;
                stopped = false;
                java.withdraw();
            }
        }
    }

    private static CellException interrupted() {
        String message = "the cell was interrupted";
        return new CellException("Interrupted", message, List.of("\u001b[1;31mInterrupted\u001b[0m: " + message), null);
    }

    private Object run(Segment segment, int cell) throws CellException {
        String name = OTHER_NAMES.getOrDefault(segment.magic(), segment.magic());
        String shown = (segment.ofCell() ? "%%" : "%") + segment.magic();
        try {
            if (HELP.containsKey((segment.ofCell() ? "%%" : "%") + name)) {
                return segment.ofCell() ? cellMagic(name, segment, cell) : lineMagic(name, segment, cell);
            }
            if (extra != null) {
                if (segment.ofCell() && extra.cellMagics().contains(name)) {
                    return extra.cell(
                            name, words(segment.argument()), segment.text().strip());
                }
                if (!segment.ofCell() && extra.lineMagics().contains(name)) {
                    return extra.line(name, words(segment.argument()));
                }
            }
            throw new MagicException("there is no magic " + shown + suggestion(shown) + "; %lsmagic lists them all");
        } catch (CellException e) {
            throw e;
        } catch (MagicException e) {
            if (stopped) {
                throw interrupted();
            }
            throw error(e.getMessage(), shown, segment, cell);
        } catch (Exception e) {
            throw error(e.getClass().getSimpleName() + ": " + e.getMessage(), shown, segment, cell);
        }
    }

    private static CellException error(String message, String shown, Segment segment, int cell) {
        List<String> lines = new ArrayList<>();
        List<String> text = message.lines().toList();
        lines.add("\u001b[1;31mMagicError\u001b[0m\u001b[1m: " + text.get(0) + "\u001b[0m");
        lines.addAll(text.subList(1, text.size()));
        lines.add("    at \u001b[1mcell " + cell + ", line " + (segment.line() + 1) + "\u001b[0m");
        lines.add("       \u001b[31m" + (segment.line() + 1) + " | \u001b[0m"
                + (shown + " " + segment.argument()).strip());
        return new CellException("MagicError", text.get(0), lines, null);
    }

    private Object lineMagic(String name, Segment segment, int cell) throws MagicException, CellException {
        List<String> words = words(segment.argument());
        switch (name) {
            case "maven" -> maven(words);
            case "loadFromPOM" -> {
                Path pom = existing("%loadFromPOM", one("%loadFromPOM", words, "a POM file"));
                add(maven.resolve(complete(read(pom)), pom.toString()));
            }
            case "classpath" -> classpath(words);
            case "load" -> {
                return load(existing("%load", one("%load", words, "a file")), cell);
            }
            case "time" -> {
                if (segment.argument().isEmpty()) {
                    throw new MagicException("%time: a statement is missing; " + HELP.get("%time"));
                }
                return timed("\n".repeat(segment.line()) + segment.argument(), cell);
            }
            default -> help(segment.argument());
        }
        return null;
    }

    private Object cellMagic(String name, Segment segment, int cell) throws MagicException, CellException {
        if (name.equals("time")) {
            return timed(segment.text(), cell);
        }
        if (segment.text().isBlank()) {
            throw new MagicException("%%loadFromPOM: the POM is missing below it; " + HELP.get("%loadFromPOM"));
        }
        add(maven.resolve(complete(segment.text().strip()), "%%loadFromPOM"));
        return null;
    }

    private Object timed(String code, int cell) throws CellException {
        long before = java.runNanos();
        try {
            return evaluate(code, cell).orElse(null);
        } finally {
            System.out.println("time: " + duration(java.runNanos() - before));
        }
    }

    static String duration(long nanos) {
        double millis = nanos / 1e6;
        if (millis < 1000) {
            return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.0f ms", millis);
        }
        double seconds = millis / 1000;
        return seconds < 60
                ? String.format(Locale.ROOT, "%.2f s", seconds)
                : String.format(Locale.ROOT, "%d min %.0f s", (long) seconds / 60, seconds % 60);
    }

    private void help(String name) {
        String wanted = name.strip();
        HELP.forEach((magic, text) -> {
            if (wanted.isEmpty() || magic.replace("%", "").equals(wanted.replace("%", ""))) {
                System.out.println(text);
            }
        });
        if (extra != null && wanted.isEmpty()) {
            new TreeSet<>(extra.lineMagics()).forEach(magic -> System.out.println("%" + magic));
            new TreeSet<>(extra.cellMagics()).forEach(magic -> System.out.println("%%" + magic));
        }
    }

    // ---------------------------------------------------------------- the class path

    private void maven(List<String> words) throws MagicException {
        if (words.isEmpty()) {
            throw new MagicException("%maven: artifacts are missing; " + HELP.get("%maven"));
        }
        StringBuilder dependencies = new StringBuilder("<dependencies>");
        for (String word : words) {
            if (!ARTIFACT.matcher(word).matches()) {
                throw new MagicException("%maven: " + word + " is not of the form group:artifact:version"
                        + " (or group:artifact:type:version, group:artifact:type:classifier:version)");
            }
            String[] part = word.split(":");
            dependencies
                    .append("<dependency>")
                    .append(element("groupId", part[0]))
                    .append(element("artifactId", part[1]))
                    .append(element("version", part[part.length - 1]))
                    .append(part.length > 3 ? element("type", part[2]) : "")
                    .append(part.length > 4 ? element("classifier", part[3]) : "")
                    .append("</dependency>");
        }
        add(maven.resolve(complete(dependencies.append("</dependencies>").toString()), String.join(" ", words)));
    }

    private static String element(String name, String text) {
        return "<" + name + ">" + text + "</" + name + ">";
    }

    /** A POM out of part of one. */
    static String complete(String part) {
        if (Pattern.compile("<project[\\s>]").matcher(part).find()) {
            return part;
        }
        boolean bare = !part.contains("<dependencies>");
        Matcher repositories = Pattern.compile("<repositories>.*?</repositories>", Pattern.DOTALL)
                .matcher(part);
        String places = repositories.find() ? repositories.group() : "";
        String rest = part.replace(places, "");
        return "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>"
                + "<groupId>cell</groupId><artifactId>cell</artifactId><version>1</version><packaging>pom</packaging>"
                + places
                + (bare ? "<dependencies>" + rest + "</dependencies>" : rest)
                + "</project>";
    }

    private void classpath(List<String> words) throws MagicException {
        if (words.isEmpty()) {
            throw new MagicException("%classpath: paths are missing; " + HELP.get("%classpath"));
        }
        List<Path> entries = new ArrayList<>();
        for (String word : words) {
            if (word.contains("*") || word.contains("?")) {
                entries.addAll(matching(word));
            } else {
                entries.add(existing("%classpath", word));
            }
        }
        add(entries);
    }

    private static List<Path> matching(String glob) throws MagicException {
        String pattern = glob.replace('\\', '/');
        String fixed = pattern.substring(0, pattern.split("[*?]", 2)[0].lastIndexOf('/') + 1);
        Path root = Path.of(fixed.isEmpty() ? "." : fixed);
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern.substring(fixed.length()));
        try (Stream<Path> files = Files.walk(root, pattern.contains("**") ? Integer.MAX_VALUE : 1)) {
            List<Path> found = files.filter(file -> !file.equals(root))
                    .filter(file -> matcher.matches(root.relativize(file)))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new MagicException("%classpath: nothing matches " + glob + " in "
                        + root.toAbsolutePath().normalize());
            }
            return found;
        } catch (IOException e) {
            throw new MagicException(
                    "%classpath: cannot read " + root.toAbsolutePath().normalize());
        }
    }

    private void add(List<Path> entries) {
        List<Path> fresh = entries.stream()
                .map(entry -> entry.toAbsolutePath().normalize())
                .filter(added::add)
                .toList();
        fresh.forEach(java::addToClasspath);
        String names = fresh.stream().map(p -> p.getFileName().toString()).collect(Collectors.joining(", "));
        System.out.println(fresh.isEmpty() ? "Nothing to add: all is there." : "Added " + names);
    }

    // ---------------------------------------------------------------- files

    private Object load(Path file, int cell) throws MagicException, CellException {
        if (depth > LOAD_DEPTH) {
            throw new MagicException("%load: " + file + " loads itself");
        }
        String text = read(file);
        List<String> cells = file.toString().endsWith(".ipynb") ? cells(file, text) : List.of(text);
        Object value = null;
        for (String each : cells) {
            try {
                value = evaluate(each, cell).orElse(null);
            } catch (CellException e) {
                List<String> lines = new ArrayList<>(e.traceback());
                lines.add("    in \u001b[1m" + file.getFileName() + "\u001b[0m, where lines are counted"
                        + (cells.size() > 1 ? " within each of its cells" : ""));
                throw new CellException(e.name(), e.getMessage(), lines, e.getCause());
            }
        }
        return value;
    }

    private static List<String> cells(Path file, String text) throws MagicException {
        List<String> cells = new ArrayList<>();
        try {
            for (JsonElement each :
                    JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("cells")) {
                JsonObject cell = each.getAsJsonObject();
                if (cell.get("cell_type").getAsString().equals("code")) {
                    JsonElement source = cell.get("source");
                    cells.add(
                            source instanceof JsonArray lines
                                    ? lines.asList().stream()
                                            .map(JsonElement::getAsString)
                                            .collect(Collectors.joining())
                                    : source.getAsString());
                }
            }
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new MagicException("%load: " + file + " is not a notebook");
        }
        return cells;
    }

    private static String read(Path file) throws MagicException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new MagicException("cannot read " + file + ": " + e.getMessage());
        }
    }

    private static Path existing(String magic, String name) throws MagicException {
        try {
            Path path = Path.of(name.startsWith("~/") ? System.getProperty("user.home") + name.substring(1) : name);
            if (Files.exists(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Told below.
        }
        throw new MagicException(
                magic + ": there is no " + name + " in " + Path.of("").toAbsolutePath());
    }

    private static String one(String magic, List<String> words, String what) throws MagicException {
        if (words.size() != 1) {
            throw new MagicException(
                    magic + " takes " + what + ", got " + words.size() + " arguments; " + HELP.get(magic));
        }
        return words.get(0);
    }

    /** The words of an argument; quotes keep spaces. */
    static List<String> words(String argument) {
        List<String> words = new ArrayList<>();
        Matcher matcher = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)").matcher(argument);
        while (matcher.find()) {
            words.add(Stream.of(matcher.group(1), matcher.group(2), matcher.group(3))
                    .filter(g -> g != null)
                    .findFirst()
                    .orElse(""));
        }
        return words;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(HELP.keySet());
        OTHER_NAMES.keySet().forEach(name -> names.add("%" + name));
        if (extra != null) {
            extra.lineMagics().forEach(name -> names.add("%" + name));
            extra.cellMagics().forEach(name -> names.add("%%" + name));
        }
        return names;
    }

    private String suggestion(String wrong) {
        String best = null;
        int least = 4;
        for (String name : names()) {
            int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return best == null ? "" : " (did you mean " + best + "?)";
    }

    /** The edit distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    // ---------------------------------------------------------------- the rest of an evaluator

    @Override
    public void announce() {
        announced = true;
        stopped = false;
        java.announce();
    }

    @Override
    public void interrupt() {
        stopped = announced || running;
        if (running) {
            maven.interrupt();
        }
        java.interrupt();
    }

    @Override
    public Completion complete(String code, int cursor) {
        int start = CellSegments.typed(code, cursor);
        if (start >= 0) {
            String typed = code.substring(start, cursor);
            return new Completion(
                    HELP.keySet().stream()
                            .filter(name -> name.startsWith(typed))
                            .toList(),
                    start,
                    cursor);
        }
        return java.complete(javaOnly(code), cursor);
    }

    @Override
    public Optional<Inspection> inspect(String code, int cursor, int detail) {
        for (Segment segment : CellSegments.split(code)) {
            if (segment.magic() != null && line(code, cursor) == segment.line()) {
                String help = HELP.get((segment.ofCell() ? "%%" : "%") + segment.magic());
                if (help != null && !segment.magic().equals("time")) {
                    return Optional.of(new Inspection(help, "<pre>" + help + "</pre>"));
                }
            }
        }
        return java.inspect(javaOnly(code), cursor, detail);
    }

    @Override
    public Completeness isComplete(String code) {
        List<Segment> segments = CellSegments.split(code);
        if (!segments.isEmpty() && segments.get(0).ofCell()) {
            boolean ended = code.endsWith("\n\n") || code.strip().lines().count() == 1 && code.endsWith("\n");
            return new Completeness(ended ? "complete" : "incomplete", "");
        }
        return java.isComplete(javaOnly(code));
    }

    private static int line(String code, int cursor) {
        return (int) code.substring(0, Math.min(cursor, code.length()))
                .chars()
                .filter(c -> c == '\n')
                .count();
    }

    /** The cell with spaces in place of magics, so that offsets stay. */
    private static String javaOnly(String code) {
        if (!CellSegments.hasMagic(code)) {
            return code;
        }
        String[] lines = code.split("\n", -1);
        for (Segment segment : CellSegments.split(code)) {
            if (segment.magic() != null) {
                String line = lines[segment.line()];
                int keep = segment.magic().equals("time") && !segment.argument().isEmpty()
                        ? line.indexOf("time") + "time".length()
                        : line.length();
                lines[segment.line()] = " ".repeat(keep) + line.substring(keep);
                for (int i = segment.line() + 1;
                        segment.ofCell() && !segment.magic().equals("time") && i < lines.length;
                        i++) {
                    lines[i] = " ".repeat(lines[i].length());
                }
            }
        }
        return String.join("\n", lines);
    }

    @Override
    public void addToClasspath(Path entry) {
        java.addToClasspath(entry);
    }

    @Override
    public void close() {
        maven.interrupt();
        java.close();
    }
}
