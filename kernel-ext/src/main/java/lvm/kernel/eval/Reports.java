package lvm.kernel.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import jdk.jshell.Diag;

/** The text of errors: with lines of cells, without frames and names that the kernel and JShell add. */
final class Reports {
    // Only bold and red: both are readable on a light and on a dark background.
    private static final String ERROR = "\u001b[1;31m";
    private static final String STRONG = "\u001b[1m";
    private static final String RED = "\u001b[31m";
    private static final String RESET = "\u001b[0m";

    private static final Pattern SYNTHETIC = Pattern.compile("(REPL\\.)?\\$JShell\\$\\w+[.$]?");
    private static final Pattern LOCATION = Pattern.compile("(?m)\\n?^ *location: .*\\$JShell\\$.*$");
    private static final int LIBRARY_FRAMES = 4;
    private static final int CELL_FRAMES = 20;
    private static final int CAUSES = 8;
    /** A longer line is shown in part. */
    private static final int WIDTH = 160;

    private static final int WIDTH_BEFORE = 60;
    private static final int MESSAGE_WIDTH = 1000;

    private Reports() {}

    /** A text without the names that JShell makes up. */
    static String clean(String text) {
        return SYNTHETIC.matcher(text).replaceAll("");
    }

    /** A part of a cell that does not compile. */
    record Fault(int start, int end, String message) {}

    /** The faults that the compiler found in a snippet that starts at an offset of the cell. */
    static List<Fault> faults(List<Diag> diags, int offset, String code) {
        List<Fault> faults = new ArrayList<>();
        for (Diag diag : diags) {
            if (diag.isError()) {
                int start = clamp(offset + (int) diag.getStartPosition(), code);
                int end = clamp(offset + (int) diag.getEndPosition(), code);
                int at = clamp(offset + (int) diag.getPosition(), code);
                // The tree of a call or a selection starts long before the name that is wrong.
                if (at > start && at < end) {
                    start = code.charAt(at) == '.' ? at + 1 : at;
                }
                faults.add(CompilerLimits.explained(diag, new Fault(start, Math.max(end, start), message(diag))));
            }
        }
        return faults;
    }

    private static int clamp(int position, String code) {
        return Math.max(0, Math.min(position, code.length()));
    }

    static String message(Diag diag) {
        String text =
                LOCATION.matcher(diag.getMessage(Locale.ROOT).replace("\r", "")).replaceAll("");
        return clean(text).strip();
    }

    static CellException compilation(String code, int cell, List<Fault> faults, List<String> remarks) {
        List<String> lines = new ArrayList<>();
        String first = faults.isEmpty()
                ? String.join(" ", remarks)
                : faults.get(0).message().lines().findFirst().orElse("");
        if (faults.size() <= 1) {
            lines.add(ERROR + "CompilationError" + RESET);
        } else {
            lines.add(ERROR + "CompilationError" + RESET + STRONG + ": " + faults.size() + " errors" + RESET);
        }
        for (Fault fault : faults) {
            lines.addAll(lines(code, cell, fault));
        }
        lines.addAll(remarks);
        return new CellException("CompilationError", first, lines, null);
    }

    private static List<String> lines(String code, int cell, Fault fault) {
        int start = Math.min(fault.start(), code.length());
        // A fault at the very end is shown behind the last character that is there.
        while (start > 0 && start >= code.length() && Character.isWhitespace(code.charAt(start - 1))) {
            start--;
        }
        int lineStart = code.lastIndexOf('\n', start - 1) + 1;
        int lineEnd = code.indexOf('\n', start);
        lineEnd = lineEnd < 0 ? code.length() : lineEnd;
        int line = 1
                + (int) code.substring(0, lineStart)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        boolean goesOn = fault.end() > lineEnd;
        boolean wide = lineEnd - lineStart > WIDTH;
        int from = wide ? Math.max(lineStart, start - WIDTH_BEFORE) : lineStart;
        int to = wide ? Math.min(lineEnd, from + WIDTH) : lineEnd;
        String text = (from > lineStart ? "…" : "") + code.substring(from, to) + (to < lineEnd ? "…" : "");
        StringBuilder mark = new StringBuilder(from > lineStart ? " " : "");
        for (int i = from; i < start; i++) {
            mark.append(code.charAt(i) == '\t' ? '\t' : ' ');
        }
        int end = Math.min(fault.end(), to);
        mark.append(RED).append("^".repeat(Math.max(1, end - start)));
        mark.append(goesOn ? " …" : "").append(RESET);
        List<String> lines = new ArrayList<>();
        List<String> message = fault.message().lines().toList();
        lines.add(STRONG + "cell " + cell + ", line " + line + ":" + RESET + " "
                + (message.isEmpty() ? "error" : clip(message.get(0), MESSAGE_WIDTH)));
        lines.add("    " + text.stripTrailing());
        lines.add("    " + mark);
        for (int i = 1; i < message.size(); i++) {
            lines.add("  " + clip(message.get(i).stripTrailing(), MESSAGE_WIDTH));
        }
        return lines;
    }

    private static String clip(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width) + "…";
    }

    /**
     * What a cell threw.
     *
     * @param thrown the exception
     * @param places for each frame in a cell its place, if it is known
     */
    static CellException thrown(Throwable thrown, Function<StackTraceElement, Optional<CellTexts.Place>> places) {
        List<String> lines = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        describe("", thrown, new StackTraceElement[0], places, lines, seen);
        return new CellException(name(thrown), String.valueOf(message(thrown)), lines, thrown);
    }

    /** The error of an interrupted cell, whose code may have had to be left running. */
    static CellException interrupted(boolean abandoned) {
        String message = abandoned
                ? "the cell was interrupted, but code outside the control of the kernel still runs;"
                        + " restart the kernel to end it"
                : "the cell was interrupted";
        return new CellException("Interrupted", message, List.of(ERROR + "Interrupted" + RESET + ": " + message), null);
    }

    static CellException plain(String name, String message, List<String> lines) {
        List<String> all = new ArrayList<>();
        all.add(ERROR + name + RESET + STRONG + ": " + message + RESET);
        all.addAll(lines);
        return new CellException(name, message, all, null);
    }

    static String name(Throwable thrown) {
        String simple = thrown.getClass().getSimpleName();
        return simple.isEmpty() ? clean(thrown.getClass().getName()) : simple;
    }

    private static String message(Throwable thrown) {
        try {
            String message = thrown.getLocalizedMessage();
            return message == null ? "" : clean(message);
        } catch (RuntimeException e) {
            return "";
        }
    }

    private static void describe(
            String before,
            Throwable thrown,
            StackTraceElement[] enclosing,
            Function<StackTraceElement, Optional<CellTexts.Place>> places,
            List<String> lines,
            Set<Throwable> seen) {
        if (!seen.add(thrown) || seen.size() > CAUSES) {
            return;
        }
        List<String> message = message(thrown).lines().toList();
        lines.add(before
                + ERROR
                + name(thrown)
                + RESET
                + (message.isEmpty() ? "" : STRONG + ": " + message.get(0) + RESET));
        for (int i = 1; i < message.size(); i++) {
            lines.add(message.get(i));
        }
        StackTraceElement[] frames = thrown.getStackTrace();
        frames(frames, enclosing, places, lines);
        for (Throwable suppressed : thrown.getSuppressed()) {
            describe("Suppressed: ", suppressed, frames, places, lines, seen);
        }
        if (thrown.getCause() != null) {
            describe("Caused by: ", thrown.getCause(), frames, places, lines, seen);
        }
    }

    private static void frames(
            StackTraceElement[] frames,
            StackTraceElement[] enclosing,
            Function<StackTraceElement, Optional<CellTexts.Place>> places,
            List<String> lines) {
        int last = frames.length - 1;
        int common = enclosing.length - 1;
        while (last >= 0 && common >= 0 && frames[last].equals(enclosing[common])) {
            last--;
            common--;
        }
        // Frames below the outermost one of the cell are the kernel.
        int lowest = last;
        while (lowest >= 0 && !CellControl.isOfCell(frames[lowest])) {
            lowest--;
        }
        if (lowest < 0) {
            lowest = enclosing.length == 0 ? Math.min(last, LIBRARY_FRAMES - 1) : last;
        }
        int library = 0;
        int hidden = 0;
        int shown = 0;
        for (int i = 0; i <= lowest; i++) {
            StackTraceElement frame = frames[i];
            if (CellControl.isOfCell(frame)) {
                if (shown >= CELL_FRAMES && i < lowest) {
                    hidden++;
                    continue;
                }
                hidden = flush(hidden, lines);
                library = 0;
                shown++;
                lines.addAll(ofCell(frame, places.apply(frame)));
            } else if (isPlumbing(frame)) {
                continue;
            } else if (library < LIBRARY_FRAMES && shown < CELL_FRAMES) {
                library++;
                lines.add("    at " + frame.getClassName() + "." + frame.getMethodName() + source(frame));
            } else {
                hidden++;
            }
        }
        flush(hidden, lines);
    }

    private static int flush(int hidden, List<String> lines) {
        if (hidden > 0) {
            lines.add("    … " + hidden + " more");
        }
        return 0;
    }

    static boolean isPlumbing(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("jdk.internal.")
                || name.startsWith("java.lang.invoke.")
                || name.startsWith("java.lang.reflect.")
                || name.startsWith("sun.")
                || name.startsWith("lvm.kernel.eval.")
                || name.startsWith("jdk.jshell.")
                || name.startsWith("REPL.$JShell$");
    }

    private static String source(StackTraceElement frame) {
        if (frame.getFileName() == null) {
            return "";
        }
        return " (" + frame.getFileName() + (frame.getLineNumber() > 0 ? ":" + frame.getLineNumber() : "") + ")";
    }

    private static List<String> ofCell(StackTraceElement frame, Optional<CellTexts.Place> place) {
        String where = where(frame);
        if (place.isEmpty()) {
            return List.of("    at " + STRONG + "a cell" + RESET + where);
        }
        CellTexts.Place at = place.get();
        return List.of(
                "    at " + STRONG + "cell " + at.cell() + ", line " + at.line() + RESET + where,
                "       " + RED + at.line() + " | " + RESET + clip(at.text().strip(), WIDTH));
    }

    /** The method of a frame in a cell, if it is one that the user wrote. */
    static String where(StackTraceElement frame) {
        String type = frame.getClassName().replaceFirst("^REPL\\.\\$JShell\\$\\w+(\\$\\$\\d+)?\\$?", "");
        type = type.replace('$', '.');
        String method = frame.getMethodName();
        if (method.startsWith("lambda$")) {
            method = method.substring("lambda$".length()).replaceFirst("\\$\\d+$", "");
            method = method.startsWith("do_it$") || method.equals("static") ? "" : method;
        }
        if (method.startsWith("do_it$")) {
            return "";
        }
        if (method.equals("<init>") || method.equals("new")) {
            return " in new " + type;
        }
        if (method.equals("<clinit>")) {
            return " in " + type;
        }
        String full = type.isEmpty() || method.isEmpty() ? type + method : type + "." + method;
        return full.isEmpty() ? "" : " in " + full;
    }
}
