package lvm.kernel.eval;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The lines of cells behind the frames of a stack trace, at any moment and on any thread. JShell knows them better, but
 * tells only of what a snippet has thrown, when it has ended; this is for what a cell prints while it runs, for other
 * threads, and for values that are drawn.
 *
 * <p>JShell puts each snippet into a class. How far its first line is below that of the class depends on the kind of the
 * snippet only; the constructor of the class, which nobody wrote, has the line of the class.
 */
final class CellFrames {
    private static final Pattern SNIPPET = Pattern.compile("REPL\\.\\$JShell\\$((\\d+)\\w*)[\\w$]*");
    private static final Pattern LINE =
            Pattern.compile("(?s)(\\t+)at (?:[^/(]*/)*([\\w$.]+)\\.([\\w$<>]+)\\(([^:)]*)(?::(\\d+))?\\)");
    private static final Pattern LINES = Pattern.compile("(?s)([^\\r\\n]*)(\\r\\n|\\r|\\n|$)");
    /** The first line of a message of java.util.logging: the date, and the class and method that call. */
    private static final Pattern LOGGED =
            Pattern.compile("(?m)(?<=^[^\\r\\n]{0,20}\\d{4}[^\\r\\n]{0,20} )(REPL\\.\\$JShell\\$[\\w$]+) ([\\w$<>]+)$");

    private static final int BELOW_CLASS = 1;
    private static final int BELOW_VARIABLE = 3;
    private static final int BELOW_EXPRESSION = 4;

    private record Snippet(CellTexts.Start start, int classLine, boolean variable, boolean expression) {}

    private static volatile CellFrames latest;

    private final Map<String, Snippet> byClass = new ConcurrentHashMap<>();
    private final Map<String, CellTexts.Start> byKey = new ConcurrentHashMap<>();
    private volatile CellTexts.Start now;

    CellFrames() {
        latest = this;
    }

    /** What is loaded from now on belongs to this part of a cell. */
    void place(CellTexts.Start start) {
        now = start;
    }

    /** A class was loaded: that of a new snippet, of a new text of a known one, or of one that hangs on it. */
    void loaded(String name, byte[] code) {
        Matcher matcher = SNIPPET.matcher(name);
        CellTexts.Start present = now;
        if (!matcher.matches() || !name.endsWith("$" + matcher.group(1)) || present == null) {
            return;
        }
        int[] line = {0};
        boolean[] kind = new boolean[2];
        boolean[] mine = {!byKey.containsKey(matcher.group(2))};
        new ClassReader(code)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public FieldVisitor visitField(
                                    int access, String field, String descriptor, String signature, Object value) {
                                kind[field.startsWith("$") ? 1 : 0] = true;
                                mine[0] |= declares(present.source(), field, "\\s*(?:[=;,\\[]|$)");
                                return null;
                            }

                            @Override
                            public void visitInnerClass(String inner, String outer, String simple, int access) {
                                mine[0] |= simple != null && declares(present.source(), simple, "\\s*[<({\\w]");
                            }

                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String method, String descriptor, String signature, String[] thrown) {
                                mine[0] |= !method.startsWith("<")
                                        && !method.startsWith(Instrumenter.DO_IT)
                                        && declares(present.source(), method, "\\s*\\(");
                                return !method.equals("<init>")
                                        ? null
                                        : new MethodVisitor(Opcodes.ASM9) {
                                            @Override
                                            public void visitLineNumber(int number, Label start) {
                                                line[0] = number;
                                            }
                                        };
                            }
                        },
                        0);
        CellTexts.Start start = mine[0] ? present : byKey.get(matcher.group(2));
        byKey.put(matcher.group(2), start);
        byClass.put(matcher.group(1), new Snippet(start, line[0], kind[0], kind[1]));
    }

    /** Whether a part of a cell declares something of this name. */
    private static boolean declares(String source, String name, String after) {
        return Pattern.compile("[\\w>\\]]\\s+" + Pattern.quote(name) + after)
                .matcher(JavaText.mask(source))
                .find();
    }

    /** The line of a cell on which a frame is. */
    Optional<CellTexts.Place> place(StackTraceElement frame) {
        Matcher matcher = SNIPPET.matcher(frame.getClassName());
        Snippet snippet = matcher.matches() ? byClass.get(matcher.group(1)) : null;
        if (snippet == null || frame.getLineNumber() <= 0) {
            return Optional.empty();
        }
        String source = snippet.start.source();
        int below = BELOW_CLASS;
        if (snippet.expression || frame.getMethodName().startsWith(Instrumenter.DO_IT + "Aux")) {
            below = BELOW_EXPRESSION;
        } else if (snippet.variable) {
            below = BELOW_VARIABLE - linesBeforeValue(source);
        }
        int last = (int) source.stripTrailing().lines().count();
        int line = Math.max(1, Math.min(frame.getLineNumber() - snippet.classLine - below, last));
        return Optional.of(snippet.start.line(line));
    }

    private static int linesBeforeValue(String source) {
        Matcher value = Pattern.compile("=\\s*").matcher(JavaText.mask(source));
        return value.find() ? Splitter.line(source, value.end()) - 1 : 0;
    }

    /**
     * A line that {@link Throwable#printStackTrace()} prints, as it is to be shown.
     *
     * @param printed the line
     * @return the line with the place in a cell instead of the names that JShell makes up, or null if it is a frame of the
     *     kernel
     */
    static String shown(String printed) {
        Matcher matcher = LINE.matcher(printed);
        if (!matcher.matches()) {
            return Reports.clean(printed);
        }
        int number = matcher.group(5) == null ? -1 : Integer.parseInt(matcher.group(5));
        StackTraceElement frame = new StackTraceElement(matcher.group(2), matcher.group(3), matcher.group(4), number);
        CellFrames frames = latest;
        Optional<CellTexts.Place> place = frames == null ? Optional.empty() : frames.place(frame);
        if (place.isPresent()) {
            return String.format(
                    Locale.ROOT,
                    "%sat cell %d, line %d%s",
                    matcher.group(1),
                    place.get().cell(),
                    place.get().line(),
                    Reports.where(frame));
        }
        return Reports.isPlumbing(frame) ? null : printed;
    }

    /** A printed stack trace, or a text with one in it, as it is to be shown; what a logger says of its caller, too. */
    static String shownText(String printed) {
        String named = LOGGED.matcher(printed)
                .replaceAll(found -> Matcher.quoteReplacement(caller(found.group(1), found.group(2))));
        if (!printed.contains("\tat ") || !printed.contains("REPL.$JShell$")) {
            return named;
        }
        StringBuilder text = new StringBuilder();
        Matcher line = LINES.matcher(named);
        while (line.find() && line.end() > line.start()) {
            String shown = shown(line.group(1));
            if (shown != null) {
                text.append(shown).append(line.group(2));
            }
        }
        return text.toString();
    }

    private static String caller(String className, String method) {
        StackTraceElement frame = new StackTraceElement(className, method, null, 1);
        CellFrames frames = latest;
        Optional<CellTexts.Place> place = frames == null ? Optional.empty() : frames.place(frame);
        return place.map(at -> "cell " + at.cell()).orElse("a cell") + Reports.where(frame);
    }
}
