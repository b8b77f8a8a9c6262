package lvm.kernel.eval;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Byte code of snippets, changed before it is loaded.
 *
 * <p>JShell makes one class per snippet: variables are its static fields, methods its static methods, and the code to
 * run is {@code do_it$}. That class is split in two. The holder keeps the name, the fields, and for each method a stub
 * that jumps through a call site; the body has the code. A later version of the snippet with the same fields and methods
 * only needs a new body, so nothing that refers to the holder has to change, and no variable loses its value.
 */
final class Instrumenter {
    static final String DO_IT = "do_it$";
    /** Between the name of a holder and the number of its body. */
    static final String BODY = "$$";

    private static final Handle POLL = new Handle(
            Opcodes.H_INVOKESTATIC,
            Type.getInternalName(CellGuard.class),
            "poll",
            MethodType.methodType(CallSite.class, MethodHandles.Lookup.class, String.class, MethodType.class)
                    .toMethodDescriptorString(),
            false);
    private static final Handle LINK = new Handle(
            Opcodes.H_INVOKESTATIC,
            Type.getInternalName(CellLinks.class),
            "link",
            MethodType.methodType(
                            CallSite.class, MethodHandles.Lookup.class, String.class, MethodType.class, String.class)
                    .toMethodDescriptorString(),
            false);

    private Instrumenter() {}

    /** What other classes can see of a snippet's class; versions of the same shape can share a holder. */
    record Shape(Set<String> fields, Set<String> methods, boolean splits) {}

    static Shape shape(byte[] code) {
        Set<String> fields = new HashSet<>();
        Set<String> methods = new HashSet<>();
        boolean[] nested = {false};
        new ClassReader(code)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public FieldVisitor visitField(
                                    int access, String name, String descriptor, String signature, Object value) {
                                fields.add(access + " " + name + " " + descriptor);
                                return null;
                            }

                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] thrown) {
                                if (name.equals("<clinit>")) {
                                    nested[0] = true; // initialisers run once, in the class that they belong to
                                } else if (isStub(access, name)) {
                                    methods.add(access + " " + name + descriptor);
                                }
                                return null;
                            }

                            @Override
                            public void visitNestMember(String member) {
                                nested[0] = true; // a body outside the nest could not reach private members
                            }
                        },
                        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG);
        return new Shape(fields, methods, !nested[0]);
    }

    private static boolean isStub(int access, String name) {
        return (access & Opcodes.ACC_STATIC) != 0
                && (access & Opcodes.ACC_PRIVATE) == 0
                && !name.startsWith("<")
                && !name.equals(DO_IT);
    }

    /** A class that is loaded as it is, with polls. */
    static byte[] guarded(byte[] code) {
        ClassReader reader = new ClassReader(code);
        ClassWriter writer = new ClassWriter(0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] thrown) {
                        return new Calls(
                                new Polls(super.visitMethod(access, name, descriptor, signature, thrown), name));
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** The holder: fields, constructor, stubs. */
    static byte[] holder(byte[] code) {
        ClassReader reader = new ClassReader(code);
        String self = reader.getClassName();
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] thrown) {
                        if (isStub(access, name)) {
                            stub(
                                    super.visitMethod(access, name, descriptor, signature, thrown),
                                    self,
                                    name,
                                    descriptor);
                            return null;
                        }
                        return name.equals("<init>")
                                ? super.visitMethod(access, name, descriptor, signature, thrown)
                                : null;
                    }
                },
                ClassReader.SKIP_DEBUG);
        return writer.toByteArray();
    }

    private static void stub(MethodVisitor method, String self, String name, String descriptor) {
        method.visitCode();
        int local = 0;
        for (Type argument : Type.getArgumentTypes(descriptor)) {
            method.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), local);
            local += argument.getSize();
        }
        method.visitInvokeDynamicInsn(name, descriptor, LINK, self.replace('/', '.'));
        method.visitInsn(Type.getReturnType(descriptor).getOpcode(Opcodes.IRETURN));
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    /** The body: the code of all methods under another class name; fields stay those of the holder. */
    static byte[] body(byte[] code, String bodyName) {
        ClassReader reader = new ClassReader(code);
        String self = reader.getClassName();
        String body = bodyName.replace('.', '/');
        ClassWriter writer = new ClassWriter(0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public void visit(
                            int version,
                            int access,
                            String name,
                            String signature,
                            String parent,
                            String[] interfaces) {
                        super.visit(version, access | Opcodes.ACC_PUBLIC, body, signature, parent, interfaces);
                    }

                    @Override
                    public FieldVisitor visitField(
                            int access, String name, String descriptor, String signature, Object value) {
                        return null;
                    }

                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] thrown) {
                        if (name.startsWith("<")) {
                            return null;
                        }
                        return new Moved(
                                new Calls(new Polls(
                                        super.visitMethod(access, name, descriptor, signature, thrown), name)),
                                name,
                                self,
                                body);
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** The byte code without what debugging needs: equal for versions that differ only in their line numbers. */
    static byte[] withoutDebug(byte[] code) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(code).accept(writer, ClassReader.SKIP_DEBUG);
        return writer.toByteArray();
    }

    /** For two versions that differ only in line numbers: from the lines of the old one to those of the new one. */
    static Map<Integer, Integer> lineMap(byte[] old, byte[] now) {
        List<Integer> from = lines(old);
        List<Integer> to = lines(now);
        Map<Integer, Integer> map = new TreeMap<>();
        for (int i = 0; i < Math.min(from.size(), to.size()); i++) {
            map.put(from.get(i), to.get(i));
        }
        return map;
    }

    private static List<Integer> lines(byte[] code) {
        List<Integer> lines = new ArrayList<>();
        new ClassReader(code)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] thrown) {
                                return new MethodVisitor(Opcodes.ASM9) {
                                    @Override
                                    public void visitLineNumber(int line, Label start) {
                                        lines.add(line);
                                    }
                                };
                            }
                        },
                        0);
        return lines;
    }

    /** Puts polls at a method's entry and before every jump back. */
    private static final class Polls extends MethodVisitor {
        private final Map<Label, Boolean> seen = new HashMap<>();
        private final boolean atEntry;

        Polls(MethodVisitor next, String name) {
            super(Opcodes.ASM9, next);
            this.atEntry = !name.equals(DO_IT); // the code of a cell is called once, and by nothing that it calls
        }

        private void poll() {
            super.visitInvokeDynamicInsn("poll", "()V", POLL);
        }

        @Override
        public void visitCode() {
            super.visitCode();
            if (atEntry) {
                poll();
            }
        }

        @Override
        public void visitLabel(Label label) {
            seen.put(label, true);
            super.visitLabel(label);
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            if (seen.containsKey(label)) {
                poll();
            }
            super.visitJumpInsn(opcode, label);
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... labels) {
            pollIfBack(otherwise, labels);
            super.visitTableSwitchInsn(min, max, otherwise, labels);
        }

        @Override
        public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
            pollIfBack(otherwise, labels);
            super.visitLookupSwitchInsn(otherwise, keys, labels);
        }

        private void pollIfBack(Label otherwise, Label[] labels) {
            boolean back = seen.containsKey(otherwise);
            for (Label label : labels) {
                back |= seen.containsKey(label);
            }
            if (back) {
                poll();
            }
        }
    }

    /** Sends the few calls whose answer the kernel has changed to {@link CellLinks}, which knows the one that is expected. */
    private static final class Calls extends MethodVisitor {
        private static final String LINKS = Type.getInternalName(CellLinks.class);
        private static final String CLASS = Type.getInternalName(Class.class);
        private static final String PRINT = "(Ljava/io/PrintWriter;)V";

        Calls(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        /** The descriptor of the static method that answers in place of a method, or null. */
        private static String instead(int opcode, String owner, String name, String descriptor) {
            if (opcode != Opcodes.INVOKEVIRTUAL) {
                return null;
            }
            boolean ofClass = owner.equals(CLASS) && (name.equals("isSealed") || name.equals("getPermittedSubclasses"));
            boolean trace = name.equals("printStackTrace")
                    && descriptor.equals(PRINT)
                    && owner.startsWith("java/")
                    && owner.matches(".*(?:Throwable|Exception|Error)");
            String receiver = ofClass ? CLASS : Type.getInternalName(Throwable.class);
            return ofClass || trace ? "(L" + receiver + ";" + descriptor.substring(1) : null;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            String ours = instead(opcode, owner, name, descriptor);
            if (ours == null) {
                super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
            } else {
                super.visitMethodInsn(Opcodes.INVOKESTATIC, LINKS, name, ours, false);
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            Object[] linked = arguments.clone();
            for (int i = 0; i < linked.length; i++) {
                if (linked[i] instanceof Handle handle && handle.getTag() == Opcodes.H_INVOKEVIRTUAL) {
                    String ours = instead(Opcodes.INVOKEVIRTUAL, handle.getOwner(), handle.getName(), handle.getDesc());
                    linked[i] = ours == null
                            ? handle
                            : new Handle(Opcodes.H_INVOKESTATIC, LINKS, handle.getName(), ours, false);
                }
            }
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, linked);
        }
    }

    /**
     * Sends calls between the methods of a snippet straight to the body that the calling code is in: recursion is as fast
     * and as deep as in any class, and code that runs while its snippet is redefined ends as it began.
     */
    private static final class Moved extends MethodVisitor {
        private final boolean readsLambdas;
        private final String self;
        private final String body;

        Moved(MethodVisitor next, String name, String self, String body) {
            super(Opcodes.ASM9, next);
            this.readsLambdas = name.equals("$deserializeLambda$");
            this.self = self;
            this.body = body;
        }

        private String owner(String owner, String name) {
            return owner.equals(self) && !name.startsWith("<") ? body : owner;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            super.visitMethodInsn(opcode, owner(owner, name), name, descriptor, isInterface);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            super.visitInvokeDynamicInsn(name, descriptor, (Handle) move(bootstrap), moveAll(arguments));
        }

        @Override
        public void visitLdcInsn(Object value) {
            // What a serialised lambda says of its origin is compared with constants of text.
            super.visitLdcInsn(readsLambdas && value.equals(self) ? body : move(value));
        }

        private Object[] moveAll(Object[] values) {
            Object[] moved = new Object[values.length];
            for (int i = 0; i < values.length; i++) {
                moved[i] = move(values[i]);
            }
            return moved;
        }

        private Object move(Object value) {
            if (value instanceof Handle handle && handle.getTag() >= Opcodes.H_INVOKEVIRTUAL) {
                return new Handle(
                        handle.getTag(),
                        owner(handle.getOwner(), handle.getName()),
                        handle.getName(),
                        handle.getDesc(),
                        handle.isInterface());
            }
            if (value instanceof ConstantDynamic constant) {
                Object[] arguments = new Object[constant.getBootstrapMethodArgumentCount()];
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] = move(constant.getBootstrapMethodArgument(i));
                }
                return new ConstantDynamic(
                        constant.getName(),
                        constant.getDescriptor(),
                        (Handle) move(constant.getBootstrapMethod()),
                        arguments);
            }
            return value;
        }
    }
}
