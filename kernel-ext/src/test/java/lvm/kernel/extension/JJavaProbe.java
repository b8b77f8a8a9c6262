package lvm.kernel.extension;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;

/** A small kernel on JJava's base library, which finds the extension by itself, and what it shows. */
public final class JJavaProbe implements Supplier<Map<String, Map<String, Object>>> {

    private static final class SmallKernel extends BaseKernel {
        private DisplayData last;

        @Override
        public void display(DisplayData data) {
            last = data;
            super.display(data);
        }

        SmallKernel() {
            super(
                    "small",
                    "1",
                    new LanguageInfo.Builder("java").build(),
                    List.of(),
                    null,
                    new JupyterIO(StandardCharsets.UTF_8),
                    new CommManager(),
                    new Renderer(),
                    null,
                    new MagicsRegistry(),
                    true,
                    new StringStyler.Builder().build());
        }

        @Override
        protected ClassLoader getClassLoader() {
            return SmallKernel.class.getClassLoader();
        }

        @Override
        public Object evalRaw(String source) {
            return source;
        }

        @Override
        public DisplayData inspect(String code, int at, boolean extraDetail) {
            return null;
        }

        @Override
        public ReplacementOptions complete(String code, int at) {
            return null;
        }

        @Override
        public String isComplete(String code) {
            return IS_COMPLETE_MAYBE;
        }
    }

    @Override
    public Map<String, Map<String, Object>> get() {
        SmallKernel kernel = new SmallKernel();
        kernel.onStartup();
        return Values.show(
                (value, types) -> types.length == 0
                        ? kernel.getRenderer().render(value)
                        : kernel.getRenderer().renderAs(value, types),
                () -> kernel.last);
    }
}
