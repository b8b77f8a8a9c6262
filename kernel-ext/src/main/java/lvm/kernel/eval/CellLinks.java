package lvm.kernel.eval;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Links the stubs of snippet classes to their present bodies, and answers in place of Java where snippet classes are not what
 * they were written as. Public only because the code of cells calls it.
 */
public final class CellLinks {
    private CellLinks() {}

    /**
     * The call site behind a method of a snippet.
     *
     * @param caller the snippet's class
     * @param name the method
     * @param type its type
     * @param holder the name of the snippet's class
     * @return the site, whose target changes when the method is redefined
     * @throws ReflectiveOperationException if the method has no body
     */
    public static CallSite link(MethodHandles.Lookup caller, String name, MethodType type, String holder)
            throws ReflectiveOperationException {
        return ((SnippetLoader) caller.lookupClass().getClassLoader()).site(holder, name, type);
    }

    /**
     * Whether a class was declared as sealed.
     *
     * @param type the class
     * @return whether it was
     */
    public static boolean isSealed(Class<?> type) {
        return type.isSealed() || permitted(type) != null;
    }

    /**
     * The classes that a sealed class permits.
     *
     * @param type the class
     * @return the classes, or null if it is not sealed
     */
    public static Class<?>[] getPermittedSubclasses(Class<?> type) {
        List<String> names = permitted(type);
        if (names == null) {
            return type.getPermittedSubclasses();
        }
        List<Class<?>> classes = new ArrayList<>();
        for (String name : names) {
            try {
                classes.add(Class.forName(name, false, type.getClassLoader()));
            } catch (ClassNotFoundException | LinkageError e) {
                continue; // as Java does
            }
        }
        return classes.toArray(Class<?>[]::new);
    }

    private static List<String> permitted(Class<?> type) {
        return type.getClassLoader() instanceof SnippetLoader loader ? loader.permitted(type.getName()) : null;
    }

    /**
     * Prints a stack trace with lines of cells.
     *
     * @param thrown the exception
     * @param out where to print
     */
    public static void printStackTrace(Throwable thrown, PrintWriter out) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        out.print(CellFrames.shownText(text.toString()));
    }
}
