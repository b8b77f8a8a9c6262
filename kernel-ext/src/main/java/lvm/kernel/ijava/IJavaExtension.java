package lvm.kernel.ijava;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.Renderer;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import lvm.kernel.render.LiveDisplay;
import lvm.kernel.render.Renderers;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.render.TypeRenderer;
import lvm.kernel.widget.Stage;
import lvm.kernel.widget.StaticStage;

/**
 * The library's pictures and live output in IJava, which does not look for extensions: a line in a cell or a start-up
 * script installs them.
 */
public final class IJavaExtension {
    private static final Set<BaseKernel> INSTALLED =
            Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

    private IJavaExtension() {}

    /**
     * Installs renderers and live output. Doing it again changes nothing.
     *
     * @param kernel the running kernel, in IJava {@code Kernel.getKernelInstance()}
     */
    public static void install(BaseKernel kernel) {
        if (!INSTALLED.add(kernel)) {
            return;
        }
        Renderers.all().forEach(each -> register(kernel.getRenderer(), each));
        new LiveDisplay(
                        (id, value) -> {
                            DisplayData first = kernel.getRenderer().render(value);
                            first.setDisplayId(id);
                            kernel.display(first);
                        },
                        (id, value) -> kernel.getIO()
                                .display
                                .updateDisplay(id, kernel.getRenderer().render(value)))
                .installUnlessSet();
        Stage.installUnlessSet(new StaticStage(value -> bundle(kernel, value), bundle -> {
            DisplayData data = new DisplayData();
            bundle.data().forEach(data::putData);
            bundle.metadata().forEach(data::putMetaData);
            kernel.display(data);
        }));
    }

    private static Bundle bundle(BaseKernel kernel, Object value) {
        return Renderers.of(value)
                .map(renderer -> renderer.show(value))
                .orElseGet(() -> Renderers.bundle(
                        kernel.getRenderer().render(value), (data, type) -> data.getData(MIMEType.parse(type))));
    }

    private static void register(Renderer to, TypeRenderer<?> each) {
        var registration = to.createRegistration(each.type());
        registration.preferring(each.preferredTypes()).supporting(each.supportedTypes());
        registration.register((value, context) -> {
            Bundle shown = each.showAs(value, type -> context.resolveRequestedType(MIMEType.parse(type)));
            shown.data().forEach(context.getOutputContainer()::putData);
            shown.metadata().forEach(context.getOutputContainer()::putMetaData);
        });
    }
}
