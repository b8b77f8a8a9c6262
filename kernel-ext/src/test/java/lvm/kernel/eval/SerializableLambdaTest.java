package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Spark, Flink and their like do with the functions of a cell. Public, since cells use its methods. */
public class SerializableLambdaTest extends Cells {
    private static final String SELF = SerializableLambdaTest.class.getCanonicalName();

    /** Bytes of an object. */
    public static byte[] bytes(Object written) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(written);
        }
        return bytes.toByteArray();
    }

    /** The object in bytes, with classes as the thread's context knows them. */
    @SuppressWarnings("unchecked")
    public static <T> T read(byte[] bytes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ContextStream(new ByteArrayInputStream(bytes))) {
            return (T) in.readObject();
        }
    }

    /** An object, written and read. */
    public static <T> T again(T written) throws IOException, ClassNotFoundException {
        return read(bytes(written));
    }

    private static final class ContextStream extends ObjectInputStream {
        ContextStream(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass described) throws ClassNotFoundException {
            return Class.forName(
                    described.getName(), false, Thread.currentThread().getContextClassLoader());
        }
    }

    private Object run(String... cells) throws CellException {
        Object value = null;
        evaluator.evaluate(
                "import static " + SELF
                        + ".*;\ninterface Op<A, B> extends Serializable { B of(A a) throws Exception; }",
                1);
        for (String cell : cells) {
            value = evaluator.evaluate(cell, 2).orElse(null);
        }
        return value;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // at top level, with and without what it captures
                "Op<Integer, Integer> f = x -> x + 40;\nagain(f).of(2)",
                "again((Op<Integer, Integer>) x -> x + 40).of(2)",
                "int g = 40;\nOp<Integer, Integer> f = x -> x + g;\nagain(f).of(2)",
                "Object r; { int k = 40; Op<Integer, Integer> f = x -> x + k; r = again(f).of(2); }\nr",
                "Supplier<Integer> s = (Supplier<Integer> & Serializable) () -> 42;\nagain(s).get()",
                "((Runnable) again((Runnable & Serializable) () -> System.setProperty(\"lvm.t\", \"42\")))"
                        + ".run();\nInteger.valueOf(System.getProperty(\"lvm.t\"))",
                "var c = again((Comparator<Integer> & Serializable) (a, b) -> b - a);\nc.compare(0, 42)",
                // method references
                "Op<String, Integer> f = Integer::parseInt;\nagain(f).of(\"42\")",
                "Op<String, Integer> f = String::length;\nagain(f).of(\"x\".repeat(42))",
                "String s = \"x\".repeat(42);\nOp<Integer, Character> f = s::charAt;\nagain(f).of(41) == 'x' ? 42 : 0",
                "Op<Integer, List<Integer>> f = ArrayList::new;\nagain(f).of(3);\n42",
                "Op<Integer, int[]> f = int[]::new;\nagain(f).of(42).length",
                // nested
                "Op<Integer, Op<Integer, Integer>> f = a -> b -> a + b;\nagain(again(f).of(40)).of(2)",
                "Op<Integer, Op<Integer, Op<Integer, Integer>>> f = a -> b -> c -> a + b + c;"
                        + "\nagain(again(again(f).of(30)).of(10)).of(2)",
                // many of one type in one snippet
                "List<Op<Integer, Integer>> l = List.of(x -> x + 1, x -> x + 40, x -> x * 2, Math::abs);\nagain(l).get(1).of(2)",
                // in methods
                "Op<Integer, Integer> plus(int k) { return x -> x + k; }\nagain(plus(40)).of(2)",
                "Op<Integer, Integer> fact() { return n -> n == 0 ? 1 : n * again(fact()).of(n - 1); }\nagain(fact()).of(4) + 18",
                "int twice(int x) { return 2 * x; }\nOp<Integer, Integer> f = x -> twice(x);\nagain(f).of(21)",
                "<T extends Serializable> Op<T, T> same(T t) { return x -> again(t); }\nagain(same(42)).of(0)",
                // in classes
                "class C { static Op<Integer, Integer> f() { return x -> x + 40; } }\nagain(C.f()).of(2)",
                "class C implements Serializable { int k = 40; Op<Integer, Integer> f() { return x -> x + k; } }"
                        + "\nagain(new C().f()).of(2)",
                "class C { static int twice(int x) { return 2 * x; } }\nOp<Integer, Integer> f = C::twice;\nagain(f).of(21)",
                "class C implements Serializable { int k = 40; int plus(int x) { return x + k; } }"
                        + "\nOp<Integer, Integer> f = new C()::plus;\nagain(f).of(2)",
                "class C { static class In { static Op<Integer, Integer> f(int k) { return x -> x + k; } } }"
                        + "\nagain(C.In.f(40)).of(2)",
                "class C implements Serializable { class In implements Serializable { int k = 40;"
                        + " Op<Integer, Integer> f() { return x -> x + k; } } }\nagain(new C().new In().f()).of(2)",
                "interface I { Op<Integer, Integer> F = x -> x + 40; }\nagain(I.F).of(2)",
                "interface I extends Serializable { default Op<Integer, Integer> f() { return x -> x + 40; } }"
                        + "\nclass C implements I { }\nagain(new C().f()).of(2)",
                "class C { static final Op<Integer, Integer> F; static { F = x -> x + 40; } }\nagain(C.F).of(2)",
                "Op<Integer, Integer> f = new Op<>() { public Integer of(Integer x) { Op<Integer, Integer> g = y -> y + 40;"
                        + " return x + 40; } };\nagain(f).of(2)",
                // what lambdas are used with
                "record P(int a, Op<Integer, Integer> f) implements Serializable { }\nvar p = again(new P(2, x -> x + 40));"
                        + "\np.f().of(p.a())",
                "enum E { PLUS(x -> x + 40), TIMES(x -> x * 21); final Op<Integer, Integer> f;"
                        + " E(Op<Integer, Integer> f) { this.f = f; } }\nagain(E.TIMES) == E.TIMES ? again(E.TIMES.f).of(2) : 0",
                "record P(int a) implements Serializable { public P { if (a < 0) throw new IllegalArgumentException(); } }"
                        + "\nOp<P, Integer> f = P::a;\nagain(f).of(again(new P(42)))",
                "record P(int a) implements Serializable { }\nOp<Integer, P> f = P::new;\nagain(f).of(42).a()",
                // the plain stream, in the cell
                "Op<Integer, Integer> f = x -> x + 40;\n((Op<Integer, Integer>) new ObjectInputStream(new ByteArrayInputStream("
                        + "bytes(f))).readObject()).of(2)"
            })
    void aFunctionIsTheSameAfterItWasWrittenAndRead(String cell) throws Exception {
        assertEquals(42, run(cell), cell);
    }

    @Test
    void functionsOfCellsThatHaveRunAgain() throws Exception {
        String method = "Op<Integer, Integer> plus(int k) { return x -> x + k; }";
        run(method, "byte[] old = bytes(plus(40));", method);
        for (String cell :
                List.of("again(plus(40)).of(2)", "((Op<Integer, Integer>) read(old)).of(2)", "again(plus(40)).of(2)")) {
            assertEquals(42, evaluator.evaluate(cell, 3).orElseThrow(), cell);
        }
    }

    /** What was written keeps the code that it was written with. */
    @Test
    void functionsOfCellsThatWereRedefined() throws Exception {
        run(
                "Op<Integer, Integer> plus(int k) { return x -> x + k; }",
                "byte[] old = bytes(plus(40));",
                "Op<Integer, Integer> plus(int k) { return x -> x - k; }");
        assertEquals(-38, evaluator.evaluate("again(plus(40)).of(2)", 3).orElseThrow());
        assertEquals(
                42,
                evaluator
                        .evaluate("((Op<Integer, Integer>) read(old)).of(2)", 4)
                        .orElseThrow());

        run("class C { static Op<Integer, Integer> f() { return x -> x + 40; } }", "byte[] ofClass = bytes(C.f());");
        run("class C { static int k = 1; static Op<Integer, Integer> f() { return x -> x + k; } }");
        assertEquals(3, evaluator.evaluate("again(C.f()).of(2)", 5).orElseThrow());
        assertEquals(
                42,
                evaluator
                        .evaluate("((Op<Integer, Integer>) read(ofClass)).of(2)", 6)
                        .orElseThrow());
    }

    @Test
    void functionsReadOnThreadsThatTheCellStarted() throws Exception {
        assertEquals(
                42,
                run("Op<Integer, Integer> f = x -> x + 40;\nvar pool = Executors.newFixedThreadPool(1);\n"
                        + "int n = pool.submit(() -> again(f).of(2)).get();\npool.shutdown();\nn"));
    }
}
