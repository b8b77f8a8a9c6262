package lvm.kernel;

import java.util.List;
import java.util.Set;
import lvm.kernel.magic.ExtraMagics;

/** The magics that JJava's extensions have registered with the running kernel. */
final class ExtensionMagics implements ExtraMagics {

    @Override
    public Set<String> lineMagics() {
        Kernel kernel = Kernel.running();
        return kernel == null ? Set.of() : kernel.extensions().lineMagics();
    }

    @Override
    public Set<String> cellMagics() {
        Kernel kernel = Kernel.running();
        return kernel == null ? Set.of() : kernel.extensions().cellMagics();
    }

    @Override
    public Object line(String name, List<String> arguments) throws Exception {
        return Notebook.lineMagic(name, arguments);
    }

    @Override
    public Object cell(String name, List<String> arguments, String body) throws Exception {
        return Notebook.cellMagic(name, arguments, body);
    }
}
