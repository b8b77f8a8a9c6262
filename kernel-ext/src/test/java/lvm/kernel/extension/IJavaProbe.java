package lvm.kernel.extension;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.util.Map;
import java.util.function.Supplier;
import lvm.kernel.ijava.IJavaExtension;

/** A small kernel on IJava's base library, and what it shows. */
public final class IJavaProbe implements Supplier<Map<String, Map<String, Object>>> {

    private static final class SmallKernel extends BaseKernel {
        private DisplayData last;

        @Override
        public void display(DisplayData data) {
            last = data;
            super.display(data);
        }

        @Override
        public DisplayData eval(String expr) {
            return new DisplayData(expr);
        }

        @Override
        public LanguageInfo getLanguageInfo() {
            return new LanguageInfo.Builder("java").build();
        }
    }

    @Override
    public Map<String, Map<String, Object>> get() {
        SmallKernel kernel = new SmallKernel();
        IJavaExtension.install(kernel);
        IJavaExtension.install(kernel);
        return Values.show(
                (value, types) -> types.length == 0
                        ? kernel.getRenderer().render(value)
                        : kernel.getRenderer().renderAs(value, types),
                () -> kernel.last);
    }
}
