package lvm.kernel.widget;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import lvm.kernel.render.Renderers;
import lvm.kernel.render.Renderers.Bundle;

/** A kernel without widgets: frames that are drawn beforehand, with a line that says so. */
public final class StaticStage implements Stage {
    private static final String NOTE = "This kernel has no widgets: these frames were drawn beforehand.";

    private final Function<Object, Bundle> render;
    private final Consumer<Bundle> show;

    /**
     * A kernel.
     *
     * @param render the forms of a value
     * @param show shows forms as output of the cell
     */
    public StaticStage(Function<Object, Bundle> render, Consumer<Bundle> show) {
        this.render = render;
        this.show = show;
    }

    @Override
    public void show(List<Control<?>> controls, int most, Function<List<?>, Object> function) {
        Frames frames = Frames.draw(controls, most, values -> render.apply(function.apply(values)));
        Map<String, Object> data = new LinkedHashMap<>(frames.form().data());
        data.computeIfPresent(Renderers.HTML, (type, html) -> "<p><i>" + NOTE + "</i></p>\n" + html);
        data.computeIfPresent(Renderers.TEXT, (type, text) -> text + "\n" + NOTE);
        show.accept(new Bundle(data, frames.form().metadata()));
        frames.rethrow();
    }
}
