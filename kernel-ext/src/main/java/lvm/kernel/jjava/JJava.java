package lvm.kernel.jjava;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Set;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.wire.Message;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;

/**
 * JJava in the kernel: what extensions written for JJava bring along, which are renderers of foreign types, magics and
 * comms. What the library itself shows does not pass through here.
 */
public final class JJava {
    private final HostedKernel kernel;

    /**
     * A JJava kernel that has no sockets. Extensions see it from {@link #start} on.
     *
     * @param name the name of the implementation
     * @param version its version
     * @param front what extensions reach
     */
    public JJava(String name, String version, Front front) {
        kernel = new HostedKernel(name, version, front);
    }

    /** Becomes JJava's notebook kernel and installs the extensions on the class path. */
    public void start() {
        kernel.onStartup();
    }

    /**
     * Tells the extensions that the kernel ends.
     *
     * @param restart whether it will start again
     */
    public void stop(boolean restart) {
        kernel.onShutdown(restart);
    }

    /**
     * Installs the extensions that a class loader finds and that are not installed yet.
     *
     * @param loader where to look
     */
    public void installExtensions(ClassLoader loader) {
        kernel.installFrom(loader);
    }

    /**
     * Whether a value is to be shown by JJava although the library has a renderer for its type: it renders itself by
     * JJava's interface, or somebody has registered a renderer for its own, more special type.
     *
     * @param value anything but null
     * @param type the type for which the library has a renderer
     * @return whether JJava is to show it
     */
    public boolean claims(Object value, Class<?> type) {
        return value instanceof DisplayDataRenderable || kernel.getRenderer().hasRendererBelow(type, value);
    }

    /**
     * The forms of a value by the renderers that are registered with JJava.
     *
     * @param value anything but null
     * @param types MIME types to make; the preferred ones of the value if there are none
     * @return the forms, always with plain text
     */
    public Bundle render(Object value, String... types) {
        if (value instanceof DisplayData data) {
            return DisplayDatas.bundle(data);
        }
        return DisplayDatas.bundle(
                types.length == 0
                        ? kernel.getRenderer().render(value)
                        : kernel.getRenderer().renderAs(value, types));
    }

    /**
     * The id that a value brings along for its display.
     *
     * @param value anything
     * @return the id, or null
     */
    public String displayId(Object value) {
        return value instanceof DisplayData data ? data.getDisplayId() : null;
    }

    /**
     * The line magics that extensions have registered.
     *
     * @return their names
     */
    public Set<String> lineMagics() {
        return Set.copyOf(kernel.getMagicsRegistry().getLineMagicNames());
    }

    /**
     * The cell magics that extensions have registered.
     *
     * @return their names
     */
    public Set<String> cellMagics() {
        return Set.copyOf(kernel.getMagicsRegistry().getCellMagicNames());
    }

    /**
     * Runs a line magic of an extension.
     *
     * @param name one of {@link #lineMagics()}
     * @param arguments its arguments
     * @return its value, or null
     * @throws Exception what the magic throws
     */
    public Object lineMagic(String name, List<String> arguments) throws Exception {
        return kernel.getMagicsRegistry().evalLineMagic(kernel, name, arguments);
    }

    /**
     * Runs a cell magic of an extension.
     *
     * @param name one of {@link #cellMagics()}
     * @param arguments its arguments
     * @param body the rest of the cell
     * @return its value, or null
     * @throws Exception what the magic throws
     */
    public Object cellMagic(String name, List<String> arguments, String body) throws Exception {
        return kernel.getMagicsRegistry().evalCellMagic(kernel, name, arguments, body);
    }

    /**
     * Handles {@code comm_open}, {@code comm_msg} and {@code comm_close}.
     *
     * @param message the message
     */
    public void comm(Message message) {
        kernel.comms().handle(message);
    }

    /**
     * The open comms.
     *
     * @param target only those of this target; all if null
     * @return an object from id to target name, as {@code comm_info_reply} has it
     */
    public JsonObject comms(String target) {
        JsonObject comms = new JsonObject();
        for (Comm comm : kernel.comms()) {
            if (target == null || target.equals(comm.getTargetName())) {
                JsonObject info = new JsonObject();
                info.addProperty("target_name", comm.getTargetName());
                comms.add(comm.getID(), info);
            }
        }
        return comms;
    }
}
