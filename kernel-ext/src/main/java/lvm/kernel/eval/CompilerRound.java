package lvm.kernel.eval;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;

/**
 * Several snippets in one round of JShell's compiler. JShell compiles snippets together when one hangs on another, but lets nobody
 * ask for it: what does so is called by its name, which the manifest of the kernel opens. Where it is closed, or has another name,
 * there is no round, and snippets are compiled one by one.
 */
final class CompilerRound {
    private static final Optional<Names> NAMES = Names.find();

    /** A snippet that has been compiled and loaded, and has not run, with what JShell tells of it. */
    record Compiled(Snippet snippet, String className, List<SnippetEvent> events) {}

    private record Names(
            Field eval,
            Method snippets,
            Constructor<?> unit,
            Method diagnostics,
            Method initialize,
            Method wrap,
            Method compileAndLoad,
            Method events,
            Method className) {

        static Optional<Names> find() {
            try {
                Class<?> eval = Class.forName("jdk.jshell.Eval");
                Class<?> unit = Class.forName("jdk.jshell.Unit");
                Class<?> diagnostics = Class.forName("jdk.jshell.DiagList");
                return Optional.of(new Names(
                        open(JShell.class.getDeclaredField("eval")),
                        open(eval.getDeclaredMethod("sourceToSnippets", String.class)),
                        open(unit.getDeclaredConstructor(JShell.class, Snippet.class, Snippet.class, diagnostics)),
                        open(Snippet.class.getDeclaredMethod("syntheticDiags")),
                        open(unit.getDeclaredMethod("initialize")),
                        open(unit.getDeclaredMethod("setWrap", Collection.class, Collection.class)),
                        open(eval.getDeclaredMethod("compileAndLoad", Set.class)),
                        open(eval.getDeclaredMethod(
                                "events", unit, Collection.class, String.class, JShellException.class)),
                        open(Snippet.class.getDeclaredMethod("classFullName"))));
            } catch (ReflectiveOperationException | InaccessibleObjectException e) {
                return Optional.empty();
            }
        }

        private static <T extends AccessibleObject> T open(T member) {
            member.setAccessible(true);
            return member;
        }
    }

    private CompilerRound() {}

    /** Whether this JDK lets itself be asked. */
    static boolean isPossible() {
        return NAMES.isPresent();
    }

    /**
     * Compiles and loads snippets of one declaration each.
     *
     * @return them in their order, or none if nothing has happened
     */
    static List<Compiled> of(JShell shell, List<String> sources) {
        if (NAMES.isEmpty()) {
            return List.of();
        }
        Names names = NAMES.get();
        try {
            Object eval = names.eval.get(shell);
            Set<Object> units = new LinkedHashSet<>();
            List<Snippet> snippets = new ArrayList<>();
            for (String source : sources) {
                List<?> parsed = (List<?>) names.snippets.invoke(eval, source);
                if (parsed.size() != 1
                        || !(parsed.get(0) instanceof Snippet snippet)
                        || snippet.kind() != Snippet.Kind.VAR) {
                    return List.of();
                }
                Object unit = names.unit.newInstance(shell, snippet, null, names.diagnostics.invoke(snippet));
                // The others import its class, which has to have a name for that.
                names.initialize.invoke(unit);
                names.wrap.invoke(unit, Set.of(unit), Set.of(unit));
                units.add(unit);
                snippets.add(snippet);
            }
            List<Object> own = List.copyOf(units);
            Set<Object> others = new LinkedHashSet<>((Set<?>) names.compileAndLoad.invoke(eval, units));
            own.forEach(others::remove);
            List<Compiled> compiled = new ArrayList<>();
            for (int i = 0; i < snippets.size(); i++) {
                // What hangs on the new names is told with the first of them.
                Object events = names.events.invoke(eval, own.get(i), i == 0 ? others : Set.of(), null, null);
                List<SnippetEvent> told = ((List<?>) events)
                        .stream().map(SnippetEvent.class::cast).toList();
                String className = (String) names.className.invoke(snippets.get(i));
                compiled.add(new Compiled(snippets.get(i), className, told));
            }
            return compiled;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
