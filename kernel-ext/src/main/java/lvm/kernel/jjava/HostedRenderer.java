package lvm.kernel.jjava;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dflib.jjava.jupyter.kernel.display.RenderFunction;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** JJava's renderer, which remembers the classes that renderers were registered for. */
final class HostedRenderer extends Renderer {
    private final Set<Class<?>> registered = ConcurrentHashMap.newKeySet();

    @Override
    public <T> void register(
            Set<MIMEType> supported,
            Set<MIMEType> preferred,
            Set<Class<? extends T>> types,
            RenderFunction<T> function) {
        registered.addAll(types);
        super.register(supported, preferred, types, function);
    }

    /** Whether a renderer was registered for a class of the value that is below this one. */
    boolean hasRendererBelow(Class<?> type, Object value) {
        return registered.stream()
                .anyMatch(other -> other != type && type.isAssignableFrom(other) && other.isInstance(value));
    }
}
