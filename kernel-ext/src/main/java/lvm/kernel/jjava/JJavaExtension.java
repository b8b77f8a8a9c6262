package lvm.kernel.jjava;

import java.util.LinkedHashSet;
import java.util.Set;
import lvm.kernel.render.LiveOutputs;
import lvm.kernel.render.Renderers;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/**
 * The library's pictures and live output in kernels that are built on JJava, stock JJava among them. Such kernels find it by themselves
 * when the jar is on their class path.
 */
public final class JJavaExtension implements Extension {

    /** Found through {@code META-INF/services}. */
    public JJavaExtension() {}

    @Override
    public void install(BaseKernel kernel) {
        Renderers.registerAll(new Registry(kernel.getRenderer()));
        LiveOutputs.installUnlessSet(new LiveDisplay(kernel));
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
