package lvm.kernel.magic;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import lvm.kernel.eval.CellException;
import lvm.kernel.eval.Evaluator;
import lvm.kernel.eval.JavaEvaluator;
import lvm.kernel.magic.CellSegments.Segment;

/** Java with magics: cuts a cell at its magics, which {@link Magics} runs, and gives the rest to {@link JavaEvaluator}. */
public final class MagicEvaluator implements Evaluator {
    private final JavaEvaluator java;
    private final MavenPath maven = new MavenPath();
    private final Magics magics;
    private final Consumer<Inspection> pager;
    private volatile boolean running;
    private volatile boolean announced;
    private volatile boolean stopped;
    private int depth;

    /**
     * Adds magics to Java.
     *
     * @param java runs what is Java
     * @param extra further magics
     * @param pager shows what {@code ?name} finds
     */
    public MagicEvaluator(JavaEvaluator java, ExtraMagics extra, Consumer<Inspection> pager) {
        this.java = java;
        this.pager = pager;
        ClassPath classPath = new ClassPath(java::addToClasspath, JavaEvaluator.class.getClassLoader());
        magics = new Magics(new Reached(extra));
        magics.add(new MavenMagic(maven, classPath));
        magics.add(new PomMagic(maven, classPath));
        magics.add(new ClassPathMagic(classPath));
        magics.add(new LoadMagic(this));
        magics.add(new TimeMagic(this, java::runNanos));
        magics.add(new VarsMagic(java::variables));
        magics.add(new ListMagic(magics));
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

    @Override
    public <T> T call(Callable<T> code) throws CellException {
        try {
            return java.call(code);
        } finally {
            if (depth == 0) {
                announced = false;
                stopped = false;
            }
        }
    }

    /** Magics of others run where stops reach them. */
    private final class Reached implements ExtraMagics {
        private final ExtraMagics magics;

        Reached(ExtraMagics magics) {
            this.magics = magics;
        }

        @Override
        public Set<String> lineMagics() {
            return magics.lineMagics();
        }

        @Override
        public Set<String> cellMagics() {
            return magics.cellMagics();
        }

        @Override
        public Object line(String name, List<String> arguments) throws Exception {
            return reached(() -> magics.line(name, arguments));
        }

        @Override
        public Object cell(String name, List<String> arguments, String body) throws Exception {
            return reached(() -> magics.cell(name, arguments, body));
        }

        private Object reached(Callable<Object> magic) throws Exception {
            try {
                return java.call(magic);
            } catch (CellException e) {
                if (e.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw e;
            }
        }
    }

    private static CellException interrupted() {
        String message = "the cell was interrupted";
        return new CellException("Interrupted", message, List.of("\u001b[1;31mInterrupted\u001b[0m: " + message), null);
    }

    private Object run(Segment segment, int cell) throws CellException {
        if (segment.isQuestion()) {
            explain(segment.argument(), segment.magic().length() - 1);
            return null;
        }
        try {
            return magics.run(segment, cell);
        } catch (CellException e) {
            throw e;
        } catch (MagicException e) {
            if (stopped) {
                throw interrupted();
            }
            throw error(e.getMessage(), segment, cell);
        } catch (Exception e) {
            throw error(e.getClass().getSimpleName() + ": " + e.getMessage(), segment, cell);
        }
    }

    private void explain(String name, int detail) {
        String help = magics.help(name);
        Optional<Inspection> found = help != null
                ? Optional.of(new Inspection(help, "<pre>" + help + "</pre>"))
                : java.inspect(name, name.length(), detail);
        found.ifPresentOrElse(pager, () -> System.out.println(name + ": there is nothing of this name"));
    }

    private static CellException error(String message, Segment segment, int cell) {
        List<String> lines = new ArrayList<>();
        List<String> text = message.lines().toList();
        lines.add("\u001b[1;31mMagicError\u001b[0m\u001b[1m: " + text.get(0) + "\u001b[0m");
        lines.addAll(text.subList(1, text.size()));
        lines.add("    at \u001b[1mcell " + cell + ", line " + (segment.line() + 1) + "\u001b[0m");
        lines.add("       \u001b[31m" + (segment.line() + 1) + " | \u001b[0m"
                + (segment.shownName() + " " + segment.argument()).strip());
        return new CellException("MagicError", text.get(0), lines, null);
    }

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
                    magics.names().stream()
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
                String help = magics.form(segment);
                if (help != null && !magics.takesJava(segment)) {
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
    private String javaOnly(String code) {
        if (!CellSegments.hasMagic(code)) {
            return code;
        }
        String[] lines = code.split("\n", -1);
        for (Segment segment : CellSegments.split(code)) {
            if (segment.isQuestion()) {
                lines[segment.line()] = lines[segment.line()].replace('?', ' ').replace('%', ' ');
            } else if (segment.magic() != null) {
                String line = lines[segment.line()];
                boolean takesJava = magics.takesJava(segment);
                int keep = takesJava && !segment.argument().isEmpty()
                        ? line.indexOf(segment.magic()) + segment.magic().length()
                        : line.length();
                lines[segment.line()] = " ".repeat(keep) + line.substring(keep);
                for (int i = segment.line() + 1; segment.ofCell() && !takesJava && i < lines.length; i++) {
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
