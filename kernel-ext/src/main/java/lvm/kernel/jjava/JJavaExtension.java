package lvm.kernel.jjava;

import lvm.kernel.render.LiveDisplay;
import lvm.kernel.render.Renderers;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.render.TypeRenderer;
import lvm.kernel.widget.Stage;
import lvm.kernel.widget.StaticStage;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/**
 * The library's pictures and live output in kernels that are built on JJava, stock JJava among them. Such kernels find
 * it by themselves when the jar is on their class path.
 */
public final class JJavaExtension implements Extension {

    /** Called by {@link java.util.ServiceLoader}; the class is named in {@code META-INF/services}. */
    public JJavaExtension() {}

    @Override
    public void install(BaseKernel kernel) {
        Renderers.all().forEach(each -> register(kernel.getRenderer(), each));
        new LiveDisplay(
                        (id, value) -> {
                            DisplayData first = kernel.getRenderer().render(value);
                            // Not setDisplayId, whose return type differs between versions of JJava.
                            first.putTransientData("display_id", id);
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
