package lvm.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import lvm.kernel.jjava.JJava;
import lvm.kernel.render.Elided;
import lvm.kernel.render.Passed;
import lvm.kernel.render.Renderers;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.render.TypeRenderer;

/**
 * What cells show: turns values into forms and sends them. What the library has a renderer for is rendered by it;
 * everything else by JJava, where extensions have registered renderers of theirs.
 */
final class Displays {
    private final Sender sender;
    private final CompletableFuture<JJava> jjava;
    private List<JsonObject> pages = new ArrayList<>();
    private volatile String lastId;

    Displays(Sender sender, CompletableFuture<JJava> jjava) {
        this.sender = sender;
        this.jjava = jjava;
    }

    /** Begins a cell: it has shown nothing so far. */
    void begin() {
        pages = new ArrayList<>();
        lastId = null;
    }

    /**
     * The forms of a value.
     *
     * @param value anything but null
     * @param types MIME types to make; the preferred ones of the value if there are none
     * @return the forms, always with plain text
     */
    Bundle render(Object value, String... types) {
        if (value instanceof Bundle bundle) {
            return bundle;
        }
        return Passed.through(value, draw(value, types), types);
    }

    private Bundle draw(Object value, String... types) {
        JJava others = jjava.join();
        Optional<TypeRenderer<?>> own = Renderers.of(value)
                .filter(renderer -> renderer.makes(types))
                .filter(renderer -> !others.claims(value, renderer.type()));
        if (own.isPresent()) {
            return own.get().show(value, types);
        }
        Optional<String> contents = others.claims(value, Object.class) ? Optional.empty() : Elided.contents(value);
        return contents.map(text -> new Bundle(Map.<String, Object>of(Renderers.TEXT, text), Map.of()))
                .orElseGet(() -> others.render(value, types));
    }

    /**
     * Shows a value.
     *
     * @param value anything but null
     * @param types MIME types to make; the preferred ones of the value if there are none
     * @return the id of the display
     */
    String show(Object value, String... types) {
        String own = jjava.join().displayId(value);
        String id = own != null ? own : UUID.randomUUID().toString();
        sender.display(render(value, types), id, false);
        lastId = id;
        return id;
    }

    /** Whether a value is what {@link #show} has just returned in this cell. */
    boolean isLastId(Object value) {
        return value == lastId;
    }

    /** Shows a value in a display with an id, a new one or the one that has the id. */
    void show(String id, Object value, boolean update) {
        sender.display(render(value), id, update);
    }

    /** Shows something in the front end's pager when the cell ends. */
    void page(Bundle bundle) {
        JsonObject page = Contents.object("source", "page");
        page.add("data", Contents.display(bundle, null).get("data"));
        page.addProperty("start", 0);
        pages.add(page);
    }

    /** Asks the front end to end, and with it this kernel, when the cell ends. */
    void askExit() {
        JsonObject exit = Contents.object("source", "ask_exit");
        exit.addProperty("keepkernel", false);
        pages.add(exit);
    }

    /** The {@code payload} of the cell's reply: what is to go to the pager, and whether the front end is to end. */
    JsonElement payload() {
        return Contents.json(pages);
    }
}
