package lvm.kernel.widget;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/**
 * How the messages of the widget protocol look: version 1 is that of ipywidgets 6, version 2 that of ipywidgets 7 and 8,
 * whose widgets are the same as far as they are used here.
 */
enum Generation {
    FIRST("jupyter-js-widgets", "jupyter-js-widgets", "~2.1.4"),
    // A range of two numbers, or each of the two generations of front ends would refuse the other's.
    SECOND("@jupyter-widgets/controls", "@jupyter-widgets/base", "^1.1.0 || ^2.0.0");

    /** The target of the comm that belongs to a widget. */
    static final String TARGET = "jupyter.widget";

    private final String controls;
    private final String base;
    private final String version;

    Generation(String controls, String base, String version) {
        this.controls = controls;
        this.base = base;
        this.version = version;
    }

    /** The range of versions of the front end's widgets. */
    String version() {
        return version;
    }

    /** The state of a widget that is a control or holds some, to which more is added. */
    JsonObject control(String name) {
        return model(controls, name + "Model", controls, name + "View");
    }

    JsonObject layout() {
        return model(base, "LayoutModel", base, "LayoutView");
    }

    JsonObject sliderStyle() {
        return model(controls, "SliderStyleModel", base, "StyleView");
    }

    private JsonObject model(String module, String model, String viewModule, String view) {
        JsonObject state = new JsonObject();
        state.addProperty("_model_module", module);
        state.addProperty("_model_module_version", version);
        state.addProperty("_model_name", model);
        state.addProperty("_view_module", viewModule);
        state.addProperty("_view_module_version", version);
        state.addProperty("_view_name", view);
        return state;
    }

    /** The {@code data} of a message that opens a widget. */
    JsonObject opening(JsonObject state) {
        return this == FIRST ? state : buffered(state);
    }

    /** The {@code data} of a message that changes a widget. */
    JsonObject update(String method, JsonObject state) {
        JsonObject data = buffered(state);
        data.addProperty("method", method);
        return data;
    }

    private JsonObject buffered(JsonObject state) {
        JsonObject data = new JsonObject();
        data.add("state", state);
        data.add(this == FIRST ? "buffers" : "buffer_paths", new JsonArray());
        return data;
    }

    JsonObject metadata() {
        JsonObject metadata = new JsonObject();
        if (this == SECOND) {
            metadata.addProperty("version", "2.1.0");
        }
        return metadata;
    }

    static String reference(String id) {
        return "IPY_MODEL_" + id;
    }

    static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
