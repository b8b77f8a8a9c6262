package lvm.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What the code of cells gets besides its own: a poll at entries and backward branches, and in a poll nothing but the call. */
class PollsTest {
    /** Code with every kind of branch. */
    static final class Loops {
        private Loops() {}

        static int straight(int a) {
            return a > 0 ? a : -a;
        }

        static int nested(int n) {
            int s = 0;
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    s += k;
                }
            }
            return s;
        }

        static int doing(int n) {
            int i = 0;
            do {
                i++;
            } while (i < n);
            return i;
        }

        static int switching(int n) {
            int i = n;
            while (true) {
                switch (i) {
                    case 1:
                        i = 5;
                        continue;
                    case 2:
                        return 7;
                    default:
                        i--;
                }
            }
        }
    }

    private static Map<String, List<String>> code(byte[] type) {
        Map<String, List<String>> all = new TreeMap<>();
        new ClassReader(type)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] thrown) {
                                List<String> found = all.computeIfAbsent(name, n -> new ArrayList<>());
                                return new MethodVisitor(Opcodes.ASM9) {
                                    @Override
                                    public void visitFieldInsn(int opcode, String owner, String n, String d) {
                                        found.add("field " + n);
                                    }

                                    @Override
                                    public void visitMethodInsn(
                                            int opcode, String owner, String n, String d, boolean i) {
                                        found.add("call " + owner);
                                    }

                                    @Override
                                    public void visitInvokeDynamicInsn(
                                            String n, String d, Handle boot, Object... args) {
                                        found.add(n + d);
                                    }
                                };
                            }
                        },
                        0);
        return all;
    }

    @Test
    void aPollIsACallSiteAndReadsNoField() throws IOException {
        String file = "PollsTest$Loops.class";
        try (InputStream in = PollsTest.class.getResourceAsStream(file)) {
            String poll = "poll()V";
            assertEquals(
                    Map.of(
                            "<init>", List.of(poll, "call java/lang/Object"),
                            "straight", List.of(poll),
                            "nested", List.of(poll, poll, poll),
                            "doing", List.of(poll, poll),
                            "switching", List.of(poll, poll, poll)),
                    code(Instrumenter.guarded(in.readAllBytes())));
        }
    }
}
