package lvm.kernel.widget;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.wire.Message;

/**
 * The widgets of interactions and the messages about them. What the front end says when it meets the kernel tells
 * whether it has widgets, and of which generation; where it has said nothing, no widget is made.
 */
public final class WidgetComms {
    private static final String VERSION_TARGET = "jupyter.widget.version";
    private static final String CONTROL_TARGET = "jupyter.widget.control";
    private static final String VIEW = "application/vnd.jupyter.widget-view+json";
    /** How many interactions live at the same time; a cell that runs again makes a new one. */
    private static final int MOST = 64;

    private static final int NO_CONTROL = -1;

    private final Publisher publisher;
    private final Supplier<Message> next;
    private final Map<String, Widget> widgets = new LinkedHashMap<>();
    /** The comms by which the front end asks about widgets: id and target. */
    private final Map<String, String> questions = new HashMap<>();

    private final List<Interaction> alive = new ArrayList<>();
    private Generation generation;

    /** Sends messages that belong to the current request. */
    @FunctionalInterface
    public interface Publisher {
        /**
         * Sends a message.
         *
         * @param type its type
         * @param content its content
         * @param metadata its metadata
         */
        void publish(String type, JsonObject content, JsonObject metadata);
    }

    /** A widget: whose it is, which of the controls it is, if any, and its state in a generation. */
    private record Widget(Interaction interaction, int place, Function<Generation, JsonObject> state) {}

    /**
     * No widgets so far.
     *
     * @param publisher sends
     * @param next the message behind the one that is handled, or null
     */
    public WidgetComms(Publisher publisher, Supplier<Message> next) {
        this.publisher = publisher;
        this.next = next;
    }

    // ---------------------------------------------------------------- showing

    /**
     * Makes the widgets of an interaction if the front end has any.
     *
     * @param interaction the controls
     * @param form what is seen where there are no widgets
     * @return what to show in the place of the controls
     */
    public synchronized Bundle open(Interaction interaction, Bundle form) {
        if (!isLive()) {
            return form;
        }
        alive.add(interaction);
        if (alive.size() > MOST) {
            close(alive.get(0));
        }
        String layout = open(new Widget(interaction, NO_CONTROL, Generation::layout));
        String style = open(new Widget(interaction, NO_CONTROL, Generation::sliderStyle));
        JsonArray children = new JsonArray();
        List<Control<?>> controls = interaction.controls();
        for (int i = 0; i < controls.size(); i++) {
            int place = i;
            children.add(Generation.reference(
                    open(new Widget(interaction, i, said -> control(said, interaction, place, layout, style)))));
        }
        String box = open(new Widget(interaction, NO_CONTROL, said -> {
            JsonObject state = said.control("VBox");
            state.addProperty("layout", Generation.reference(layout));
            state.add("children", children);
            return state;
        }));
        if (generation == Generation.FIRST) {
            JsonObject display = new JsonObject();
            display.addProperty("method", "display");
            message(box, display);
            return form;
        }
        Map<String, Object> data = new LinkedHashMap<>(form.data());
        data.put(VIEW, Map.of("model_id", box, "version_major", 2, "version_minor", 0));
        return new Bundle(data, form.metadata());
    }

    /**
     * Whether the front end has said that it has widgets.
     *
     * @return whether {@link #open} makes some
     */
    public synchronized boolean isLive() {
        return generation != null;
    }

    private static JsonObject control(
            Generation said, Interaction interaction, int place, String layout, String style) {
        Control<?> control = interaction.controls().get(place);
        JsonObject state = said.control(control.widget());
        state.addProperty("layout", Generation.reference(layout));
        if (control.isSlider() && said == Generation.SECOND) {
            state.addProperty("style", Generation.reference(style));
        }
        return interaction.state(place, state, true);
    }

    private String open(Widget widget) {
        String id = UUID.randomUUID().toString().replace("-", "");
        widgets.put(id, widget);
        JsonObject content = content(id, generation.opening(widget.state().apply(generation)));
        content.addProperty("target_name", Generation.TARGET);
        publisher.publish("comm_open", content, generation.metadata());
        return id;
    }

    private void close(Interaction old) {
        List<String> ids = widgets.entrySet().stream()
                .filter(each -> each.getValue().interaction() == old)
                .map(Map.Entry::getKey)
                .toList();
        ids.forEach(id -> {
            widgets.remove(id);
            publisher.publish("comm_close", content(id, new JsonObject()), new JsonObject());
        });
        alive.remove(old);
    }

    // ---------------------------------------------------------------- messages of the front end

    /**
     * Takes note of a front end that asks which widgets there are.
     *
     * @param request a {@code comm_info_request}
     */
    public synchronized void asked(Message request) {
        if (generation == null && request.text("target_name", "").equals(Generation.TARGET)) {
            generation = Generation.SECOND;
        }
    }

    /**
     * The widgets that are open.
     *
     * @param target only those of this target; all if null
     * @return from id to target name, as {@code comm_info_reply} has it
     */
    public synchronized JsonObject comms(String target) {
        JsonObject comms = new JsonObject();
        Stream.concat(
                        widgets.keySet().stream().map(id -> Map.entry(id, Generation.TARGET)),
                        questions.entrySet().stream())
                .filter(each -> target == null || target.equals(each.getValue()))
                .forEach(each -> {
                    JsonObject info = new JsonObject();
                    info.addProperty("target_name", each.getValue());
                    comms.add(each.getKey(), info);
                });
        return comms;
    }

    /**
     * Whether a message of a comm is about widgets.
     *
     * @param message the message
     * @return whether {@link #handle} is to have it
     */
    public synchronized boolean isMeant(Message message) {
        if (message.type().equals("comm_open")) {
            String target = message.text("target_name", "");
            return target.equals(VERSION_TARGET) || target.equals(CONTROL_TARGET);
        }
        String id = message.text("comm_id", "");
        return widgets.containsKey(id) || questions.containsKey(id);
    }

    /** Whether the next message is for the same interaction, so that what this one changes need not be drawn. */
    private synchronized boolean isFollowed(Interaction interaction) {
        Message message = next.get();
        return message != null && message.type().equals("comm_msg") && interaction(message) == interaction;
    }

    private Interaction interaction(Message message) {
        Widget widget = widgets.get(message.text("comm_id", ""));
        return widget == null ? null : widget.interaction();
    }

    /**
     * Handles a message that is meant; draws if it has changed something and nothing else that changes it waits. To be
     * called on the thread of cells.
     *
     * @param message the message
     */
    public void handle(Message message) {
        String id = message.text("comm_id", "");
        Interaction interaction;
        synchronized (this) {
            interaction = interaction(message);
            switch (message.type()) {
                case "comm_open" -> meet(id, message.text("target_name", ""));
                case "comm_msg" -> take(id, message.object("data"));
                default -> {
                    questions.remove(id);
                    widgets.remove(id);
                }
            }
        }
        if (interaction != null) {
            interaction.draw(isFollowed(interaction));
        }
    }

    /**
     * The handling of a message has failed.
     *
     * @param message the message
     * @param stopped whether it was interrupted
     * @param shown what tells of it, for the place of the picture
     */
    public void failed(Message message, boolean stopped, Object shown) {
        Interaction interaction;
        synchronized (this) {
            interaction = interaction(message);
        }
        if (interaction != null) {
            interaction.failed(stopped && isFollowed(interaction), shown);
        }
    }

    private void meet(String id, String target) {
        questions.put(id, target);
        if (target.equals(VERSION_TARGET)) {
            generation = Generation.FIRST;
            JsonObject data = new JsonObject();
            data.addProperty("version", generation.version());
            message(id, data);
        } else {
            generation = Generation.SECOND;
        }
    }

    private void take(String id, JsonObject data) {
        String method = data.get("method") instanceof JsonPrimitive name ? name.getAsString() : "";
        if (questions.containsKey(id)) {
            if (method.equals("request_states")) {
                message(id, states());
            }
            return;
        }
        Widget widget = widgets.get(id);
        switch (method) {
            case "request_state" ->
                message(id, generation.update("update", widget.state().apply(generation)));
            case "update" -> {
                JsonObject changed = object(data, "state");
                take(widget, changed);
                if (!changed.isEmpty()) {
                    message(id, generation.update("echo_update", changed));
                }
            }
            case "backbone" -> take(widget, object(data, "sync_data"));
            case "custom" -> take(widget, object(data, "content"));
            default -> {
                // Nothing that a control could be told.
            }
        }
    }

    private static void take(Widget widget, JsonObject changed) {
        if (widget.place() != NO_CONTROL) {
            widget.interaction().take(widget.place(), changed);
        }
    }

    private JsonObject states() {
        JsonObject states = new JsonObject();
        widgets.forEach((id, widget) -> {
            JsonObject state = widget.state().apply(generation);
            JsonObject model = new JsonObject();
            model.add("model_name", state.get("_model_name"));
            model.add("model_module", state.get("_model_module"));
            model.add("model_module_version", state.get("_model_module_version"));
            model.add("state", state);
            states.add(id, model);
        });
        JsonObject data = new JsonObject();
        data.addProperty("method", "update_states");
        data.add("states", states);
        data.add("buffer_paths", new JsonArray());
        return data;
    }

    private static JsonObject object(JsonObject data, String field) {
        return data.get(field) instanceof JsonObject object ? object : new JsonObject();
    }

    private void message(String id, JsonObject data) {
        publisher.publish("comm_msg", content(id, data), new JsonObject());
    }

    private static JsonObject content(String id, JsonElement data) {
        JsonObject content = new JsonObject();
        content.addProperty("comm_id", id);
        content.add("data", data);
        return content;
    }
}
