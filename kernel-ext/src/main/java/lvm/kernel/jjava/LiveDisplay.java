package lvm.kernel.jjava;

import java.util.UUID;
import lvm.display.LiveOutput;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** Live output as one display of the notebook that is updated. */
record LiveDisplay(BaseKernel kernel) implements LiveOutput {

    @Override
    public Handle show(Object value) {
        String id = UUID.randomUUID().toString();
        DisplayData first = kernel.getRenderer().render(value);
        first.setDisplayId(id);
        kernel.display(first);
        return new Handle() {
            @Override
            public void update(Object next) {
                kernel.getIO().display.updateDisplay(id, kernel.getRenderer().render(next));
            }

            @Override
            public void close(Object last) {
                update(last);
            }
        };
    }
}
