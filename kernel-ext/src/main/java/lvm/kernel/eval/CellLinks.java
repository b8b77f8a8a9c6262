package lvm.kernel.eval;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Links the stubs of snippet classes to their present bodies. Public only because the code of cells calls it. */
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
}
