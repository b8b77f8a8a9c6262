package lvm.kernel.ijava;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.RenderContext;
import io.github.spencerpark.jupyter.kernel.display.Renderer;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.WeakHashMap;
import lvm.kernel.render.LiveOutputs;
import lvm.kernel.render.Renderers;

/** The library's pictures and live output in IJava, which does not look for extensions: a line in a cell or a start-up script installs them. */
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
        if (INSTALLED.add(kernel)) {
            Renderers.registerAll(new Registry(kernel.getRenderer()));
            LiveOutputs.installUnlessSet(new LiveDisplay(kernel));
        }
    }

    private record Registry(Renderer renderer) implements Renderers.Registry {

        @Override
        public <T> void register(
                Class<T> type, Set<String> preferred, Set<String> onRequest, Renderers.Renderer<? super T> renderer) {
            Set<String> types = new LinkedHashSet<>(preferred);
            types.addAll(onRequest);
            this.renderer
                    .createRegistration(type)
                    .preferring(preferred.toArray(String[]::new))
                    .supporting(onRequest.toArray(String[]::new))
                    // So that the text is ours also where a form is asked for that is not there.
                    .supporting(Renderers.TEXT)
                    .register((value, context) -> render(value, context, types, renderer));
        }

        private static <T> void render(
                T value, RenderContext context, Set<String> types, Renderers.Renderer<? super T> renderer) {
            Set<String> wanted = new LinkedHashSet<>(types);
            wanted.removeIf(type -> !context.wantsDataRenderedAs(MIMEType.parse(type)));
            Renderers.Bundle bundle = renderer.render(value, wanted);
            DisplayData out = context.getOutputContainer();
            bundle.data().forEach((type, data) -> {
                // A kernel may have asked for the same thing under another name, "image/svg" for "image/svg+xml".
                MIMEType plain = MIMEType.parse(type);
                MIMEType asked = context.resolveRequestedType(plain);
                MIMEType name = asked == null ? plain : asked;
                out.putData(name, data);
                if (bundle.metadata().containsKey(type)) {
                    out.putMetaData(name, bundle.metadata().get(type));
                }
            });
        }
    }
}
