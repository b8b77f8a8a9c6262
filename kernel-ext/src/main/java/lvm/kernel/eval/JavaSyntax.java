package lvm.kernel.eval;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Parses texts with the compiler's parser, which is not JShell's: any thread may do so at any time. */
final class JavaSyntax {

    /**
     * A parsed text.
     *
     * @param trees finds comments and positions
     * @param unit the tree, as far as there is one
     * @param errors the codes of the errors, first to last
     */
    record Parsed(Trees trees, CompilationUnitTree unit, List<String> errors) {}

    private JavaSyntax() {}

    static Parsed parse(String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> errors = new ArrayList<>();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        JavacTask task = (JavacTask) compiler.getTask(
                null,
                null,
                diagnostic -> {
                    if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
                        errors.add(diagnostic.getCode());
                    }
                },
                List.of("-proc:none"),
                null,
                List.of(file));
        try {
            CompilationUnitTree unit = task.parse().iterator().next();
            return new Parsed(com.sun.source.util.DocTrees.instance(task), unit, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
