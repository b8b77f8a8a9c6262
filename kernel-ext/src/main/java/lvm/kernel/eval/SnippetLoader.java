package lvm.kernel.eval;

import java.io.File;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Loads the classes of snippets, and what was added to the class path. */
final class SnippetLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> waiting = new ConcurrentHashMap<>();
    private final Map<String, Map<String, MutableCallSite>> sites = new HashMap<>();
    private final Map<String, Class<?>> bodies = new HashMap<>();
    /** What sealed classes permit, by names that are never unloaded. */
    private final Map<String, List<String>> permitted = new ConcurrentHashMap<>();

    private int bodyCount;

    SnippetLoader(ClassLoader parent) {
        super("cells", new URL[0], parent);
    }

    void declare(String name, byte[] code) {
        waiting.put(name, code);
    }

    /** A class is sealed although its byte code does not say so. */
    void permit(String name, List<String> classes) {
        permitted.put(name, List.copyOf(classes));
    }

    /** What a sealed class permits, or null. */
    List<String> permitted(String name) {
        return permitted.get(name);
    }

    void addFile(File file) {
        try {
            addURL(file.toURI().toURL());
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("no class path entry: " + file, e);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] code = waiting.remove(name);
        return code == null ? super.findClass(name) : defineClass(name, code, 0, code.length);
    }

    /** Replaces the body of a holder by one with new code. */
    synchronized void setBody(String holder, byte[] code) throws ReflectiveOperationException {
        String name = holder + Instrumenter.BODY + ++bodyCount;
        byte[] body = Instrumenter.body(code, name);
        Class<?> type = defineClass(name, body, 0, body.length);
        bodies.put(holder, type);
        for (Map.Entry<String, MutableCallSite> site :
                sites.getOrDefault(holder, Map.of()).entrySet()) {
            site.getValue()
                    .setTarget(target(holder, site.getKey(), site.getValue().type()));
        }
        MutableCallSite.syncAll(sites.getOrDefault(holder, Map.of()).values().toArray(MutableCallSite[]::new));
    }

    synchronized Class<?> body(String holder) {
        return bodies.get(holder);
    }

    synchronized void forgetBody(String holder) {
        bodies.remove(holder);
        sites.remove(holder);
    }

    synchronized CallSite site(String holder, String name, MethodType type) throws ReflectiveOperationException {
        Map<String, MutableCallSite> ofHolder = sites.computeIfAbsent(holder, h -> new HashMap<>());
        String key = name + type.toMethodDescriptorString();
        MutableCallSite site = ofHolder.get(key);
        if (site == null) {
            site = new MutableCallSite(target(holder, key, type));
            ofHolder.put(key, site);
        }
        return site;
    }

    private MethodHandle target(String holder, String key, MethodType type) throws ReflectiveOperationException {
        Class<?> body = bodies.get(holder);
        if (body == null) {
            throw new NoSuchMethodException(holder + "." + key);
        }
        String name = key.substring(0, key.indexOf('('));
        Method method = body.getDeclaredMethod(name, type.parameterArray());
        method.setAccessible(true);
        return MethodHandles.lookup().unreflect(method).asType(type);
    }
}
