package lvm.kernel.eval;

import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.SPIResolutionException;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.Opcodes;

/** How JShell loads and runs snippets here: in this process, on the thread of {@link CellRunner}. */
final class CellControl implements ExecutionControl {
    /** The class of a snippet: a number or several, each perhaps with letters that count replacements. */
    private static final Pattern SNIPPET = Pattern.compile("REPL\\.\\$JShell\\$(\\w+)");

    /** In fewer bytes than this there is room for polls. */
    private static final int LARGE = 20_000;

    private final SnippetLoader loader;
    private final CellRunner runner;
    private final String ownPath;
    private final Map<String, Class<?>> classes = new HashMap<>();
    private final Map<String, byte[]> codes = new HashMap<>();
    private final Map<String, Map<Integer, Integer>> lineMaps = new HashMap<>();
    /** From a snippet's key without the count of replacements to its present class. */
    private final Map<String, String> present = new HashMap<>();

    private final Set<String> resets = new LinkedHashSet<>();
    private final CellFrames frames = new CellFrames();
    private Object value;
    private Throwable thrown;
    private Throwable broken;
    private List<StackTraceElement> flattened = List.of();
    private boolean abandoned;
    private String invoked;
    private long runNanos;
    private boolean declaring;

    /** Held while JShell works; free while the code of a cell runs, so that questions about code are answered then. */
    private final ReentrantLock lock;

    CellControl(SnippetLoader loader, CellRunner runner, String ownPath, ReentrantLock lock) {
        this.lock = lock;
        this.ownPath = ownPath;
        this.loader = loader;
        this.runner = runner;
    }

    @Override
    public void load(ClassBytecodes[] loaded) throws ClassInstallException {
        boolean[] done = new boolean[loaded.length];
        try {
            for (ClassBytecodes each : open(loaded)) {
                frames.loaded(each.name(), each.bytecodes());
                if (isSplit(each)) {
                    loader.declare(each.name(), Instrumenter.holder(each.bytecodes()));
                    loader.setBody(each.name(), each.bytecodes());
                } else {
                    loader.declare(each.name(), guarded(each.bytecodes()));
                }
            }
            for (int i = 0; i < loaded.length; i++) {
                String name = loaded[i].name();
                classes.put(name, Class.forName(name, false, loader));
                codes.put(name, open(name, loaded[i].bytecodes()));
                done[i] = true;
            }
            for (ClassBytecodes each : loaded) {
                if (SNIPPET.matcher(each.name()).matches()) {
                    succeed(each.name());
                }
            }
        } catch (ReflectiveOperationException | LinkageError e) {
            broken = e; // JShell says nothing of it
            throw new ClassInstallException("load: " + e, done);
        }
    }

    private ClassBytecodes[] open(ClassBytecodes[] sealed) {
        return Stream.of(sealed)
                .map(each -> new ClassBytecodes(each.name(), open(each.name(), each.bytecodes())))
                .toArray(ClassBytecodes[]::new);
    }

    /**
     * A sealed class without the names of the classes that it permits. The compiler has seen to them; a class that is defined
     * anew has another name in the JVM, which would refuse it. The loader knows the names.
     */
    private byte[] open(String name, byte[] code) {
        if (SNIPPET.matcher(name).matches()) {
            return code; // JShell's own; those of cells are inside
        }
        List<String> permitted = new ArrayList<>();
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(code)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public void visitPermittedSubclass(String subclass) {
                                permitted.add(subclass.replace('/', '.'));
                            }
                        },
                        0);
        if (permitted.isEmpty()) {
            return code;
        }
        loader.permit(name, permitted);
        return writer.toByteArray();
    }

    private static boolean isSplit(ClassBytecodes code) {
        return SNIPPET.matcher(code.name()).matches()
                && Instrumenter.shape(code.bytecodes()).splits()
                && (code.bytecodes().length < LARGE || guarded(code.bytecodes()) != code.bytecodes());
    }

    /** The code with polls; as it is if a class file has no room for them: better without a stop than not at all. */
    private static byte[] guarded(byte[] code) {
        try {
            return Instrumenter.guarded(code);
        } catch (MethodTooLargeException | ClassTooLargeException e) {
            return code;
        }
    }

    /** Copies the values of variables from the class that a snippet had before into its new class. */
    private void succeed(String name) throws ReflectiveOperationException {
        Matcher matcher = SNIPPET.matcher(name);
        String old = matcher.matches() ? present.put(matcher.group(1).replaceAll("[A-Z]+", ""), name) : null;
        if (old == null || old.equals(name)) {
            return;
        }
        Class<?> now = classes.get(name);
        for (Field from : classes.get(old).getDeclaredFields()) {
            if (!Modifier.isStatic(from.getModifiers()) || from.isSynthetic()) {
                continue;
            }
            from.setAccessible(true);
            Object held = from.get(null);
            if (isDefault(held)) {
                continue;
            }
            try {
                Field to = now.getDeclaredField(from.getName());
                to.setAccessible(true);
                if (to.getType() == from.getType()) {
                    to.set(null, held);
                } else {
                    resets.add(from.getName());
                }
            } catch (NoSuchFieldException e) {
                // The new version of the snippet has no such variable.
            }
            if (!from.getType().isPrimitive() && !Modifier.isFinal(from.getModifiers())) {
                from.set(null, null); // nothing can read the old variable, and its value would stay in memory
            }
        }
        classes.remove(old);
        codes.remove(old);
    }

    private static boolean isDefault(Object held) {
        return held == null
                || (held instanceof Number number && number.doubleValue() == 0)
                || held.equals(false)
                || held.equals('\0');
    }

    @Override
    public void redefine(ClassBytecodes[] classes) throws ClassInstallException {
        ClassBytecodes[] redefined = open(classes);
        for (ClassBytecodes each : redefined) {
            if (!canKeep(each)) {
                throw new ClassInstallException(
                        "redefine: " + each.name() + " has another shape", new boolean[redefined.length]);
            }
        }
        boolean[] done = new boolean[redefined.length];
        try {
            for (int i = 0; i < redefined.length; i++) {
                String name = redefined[i].name();
                byte[] code = redefined[i].bytecodes();
                if (isSplit(redefined[i])) {
                    loader.setBody(name, code);
                    codes.put(name, code);
                } else {
                    // The class that was loaded first stays, with its line numbers.
                    lineMaps.put(name, Instrumenter.lineMap(codes.get(name), code));
                }
                frames.loaded(name, code);
                done[i] = true;
            }
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new ClassInstallException("redefine: " + e, done);
        }
    }

    /** Whether classes that refer to the loaded class can keep using it. */
    private boolean canKeep(ClassBytecodes redefined) {
        byte[] old = codes.get(redefined.name());
        if (old == null) {
            return false;
        }
        if (isSplit(redefined)) {
            return Instrumenter.shape(old).equals(Instrumenter.shape(redefined.bytecodes()));
        }
        return Arrays.equals(Instrumenter.withoutDebug(old), Instrumenter.withoutDebug(redefined.bytecodes()));
    }

    @Override
    public String invoke(String className, String methodName) throws RunException, InternalException {
        if (declaring) {
            return "";
        }
        Method method;
        try {
            Class<?> body = loader.body(className);
            method = (body == null ? classes.get(className) : body).getDeclaredMethod(methodName);
            method.setAccessible(true);
        } catch (ReflectiveOperationException | LinkageError e) {
            broken = e; // JShell says nothing of it
            throw new InternalException(e.toString());
        }
        invoked = className;
        if (runner.isStopping()) {
            throw new StoppedException();
        }
        long start = System.nanoTime();
        boolean held = lock.isHeldByCurrentThread(); // not while JShell starts
        if (held) {
            lock.unlock();
        }
        CellRunner.Outcome outcome;
        try {
            outcome = runner.run(() -> {
                try {
                    return method.invoke(null);
                } catch (InvocationTargetException e) {
                    return new Failure(e.getCause());
                }
            });
            runNanos += System.nanoTime() - start;
        } finally {
            if (held) {
                lock.lock();
            }
        }
        Throwable failure = outcome.value() instanceof Failure wrapped ? wrapped.thrown() : outcome.thrown();
        if (outcome.abandoned()) {
            abandoned = true;
            throw new StoppedException();
        }
        if (failure == null) {
            value = outcome.value();
            return "";
        }
        thrown = failure;
        // An exception may have methods of the user's own, which run where stops reach them.
        CellRunner.Outcome told = runner.run(() -> {
            flattened = flatten(failure);
            return failure.getMessage();
        });
        String message = told.value() instanceof String text ? text : null;
        StackTraceElement[] trace = flattened.stream().map(this::present).toArray(StackTraceElement[]::new);
        if (failure instanceof SPIResolutionException unresolved) {
            throw new ResolutionException(unresolved.id(), trace);
        }
        throw new UserException(message, failure.getClass().getName(), trace);
    }

    /** Runs the code of a snippet, as JShell does with what it has compiled by itself. */
    void run(String className) {
        try {
            invoke(className, Instrumenter.DO_IT);
        } catch (RunException | InternalException e) {
            return; // what was thrown or is broken is kept here
        }
    }

    private record Failure(Throwable thrown) {}

    /** The frames in cells of an exception, its causes and its suppressed ones, one after the other. */
    private static List<StackTraceElement> flatten(Throwable failure) {
        List<StackTraceElement> found = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(failure, found, seen);
        return found;
    }

    private static void collect(Throwable failure, List<StackTraceElement> found, Set<Throwable> seen) {
        if (failure == null || !seen.add(failure)) {
            return;
        }
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (isOfCell(frame)) {
                found.add(frame);
            }
        }
        collect(failure.getCause(), found, seen);
        for (Throwable suppressed : failure.getSuppressed()) {
            collect(suppressed, found, seen);
        }
    }

    static boolean isOfCell(StackTraceElement frame) {
        return frame.getClassName().startsWith("REPL.$JShell$") && frame.getLineNumber() > 0;
    }

    /** A frame with the line that it has in the present text of its snippet. */
    private StackTraceElement present(StackTraceElement frame) {
        Map<Integer, Integer> lines = lineMaps.get(frame.getClassName());
        int line = lines == null
                ? frame.getLineNumber()
                : lines.getOrDefault(frame.getLineNumber(), frame.getLineNumber());
        return new StackTraceElement(frame.getClassName(), frame.getMethodName(), frame.getFileName(), line);
    }

    /** The value of the last snippet; the next call returns null. */
    Object takeValue() {
        Object taken = value;
        value = null;
        return taken;
    }

    /** What the last snippet threw, or null; the next call returns null. */
    Throwable takeThrown() {
        Throwable taken = thrown;
        thrown = null;
        return taken;
    }

    /** Why the last snippet was not loaded or could not be called, or null; the next call returns null. */
    Throwable takeBroken() {
        Throwable taken = broken;
        broken = null;
        return taken;
    }

    /** Whether snippets are only declared from now on: what they would run does not, and variables keep their values. */
    void declaring(boolean only) {
        declaring = only;
    }

    /** The class of a snippet that was loaded together with others belongs to this part of a cell. */
    void place(String className, CellTexts.Start start) {
        frames.place(start);
        byte[] code = codes.get(className);
        if (code != null) {
            frames.loaded(className, code);
        }
    }

    CellFrames frames() {
        return frames;
    }

    /** The frames that were given to JShell for translation. */
    List<StackTraceElement> takeFlattened() {
        List<StackTraceElement> taken = flattened;
        flattened = List.of();
        return taken;
    }

    /** How long snippets have run, in all. */
    long runNanos() {
        return runNanos;
    }

    boolean takeAbandoned() {
        boolean taken = abandoned;
        abandoned = false;
        return taken;
    }

    /** The variables that lost their value since their class was redefined. */
    Set<String> takeResets() {
        Set<String> taken = new HashSet<>(resets);
        resets.clear();
        return taken;
    }

    /** Sets a variable of the snippet that ran last to null or zero. */
    void clear(String name) {
        try {
            Field field = field(invoked, name);
            Object zero = Array.get(Array.newInstance(field.getType(), 1), 0);
            field.set(null, zero);
        } catch (ReflectiveOperationException e) {
            // There is no such variable, so no value to clear.
        }
    }

    /** The present value of a variable of the cells, if it has one. */
    Optional<Object> variable(String name) {
        for (String className : List.copyOf(present.values())) {
            try {
                Object held = field(className, name).get(null);
                if (held != null) {
                    return Optional.of(held);
                }
            } catch (ReflectiveOperationException | LinkageError e) {
                continue; // another class may have the variable
            }
        }
        return Optional.empty();
    }

    private Field field(String className, String name) throws ReflectiveOperationException {
        Class<?> type = classes.get(className);
        if (type == null) {
            throw new ClassNotFoundException(className);
        }
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    @Override
    public String varValue(String className, String varName) throws InternalException {
        try {
            return String.valueOf(field(className, varName).get(null));
        } catch (ReflectiveOperationException e) {
            throw new InternalException(e.toString());
        }
    }

    @Override
    public void addToClasspath(String path) {
        if (path.equals(ownPath)) {
            return; // the parent loader has it
        }
        for (String entry : path.split(File.pathSeparator)) {
            loader.addFile(new File(entry));
        }
    }

    @Override
    public void stop() {
        runner.interrupt();
    }

    @Override
    public Object extensionCommand(String command, Object arg) throws NotImplementedException {
        throw new NotImplementedException(command);
    }

    @Override
    public void close() {
        runner.close();
    }
}
