package lvm.kernel;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import lvm.kernel.widget.Control;
import lvm.kernel.widget.Frames;
import lvm.kernel.widget.Interaction;
import lvm.kernel.widget.Stage;
import lvm.kernel.widget.WidgetComms;

/** Controls in this kernel: widgets if the front end has some, and the frames for where there are none. */
final class LiveStage implements Stage {
    private final Displays displays;
    private final WidgetComms widgets;

    LiveStage(Displays displays, WidgetComms widgets) {
        this.displays = displays;
        this.widgets = widgets;
    }

    @Override
    public void show(List<Control<?>> controls, int most, Function<List<?>, Object> function) {
        String id = UUID.randomUUID().toString();
        Interaction interaction = new Interaction(controls, function, value -> displays.show(id, value, true));
        // What makes the cell fail comes before anything is seen.
        Frames frames = Frames.draw(controls, most, values -> displays.render(function.apply(values)));
        if (widgets.isLive()) {
            displays.show(UUID.randomUUID().toString(), widgets.open(interaction, frames.form()), false);
            displays.show(id, frames.first(), false);
        } else {
            displays.show(id, frames.form(), false);
        }
        frames.rethrow();
    }
}
