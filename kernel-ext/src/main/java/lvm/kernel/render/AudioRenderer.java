package lvm.kernel.render;

import java.util.Base64;
import java.util.Set;
import lvm.kernel.render.Renderers.Bundle;
import lvm.plot.Audio;

/** Sound as an HTML player that needs no kernel and no script; where a front end takes the player away, the sentence stays. */
final class AudioRenderer {
    private AudioRenderer() {}

    static Bundle render(Audio audio, Set<String> wanted) {
        Bundle bundle = Bundle.text(audio.description());
        if (wanted.contains(Renderers.HTML)) {
            String says = Html.escape(audio.description());
            bundle.data()
                    .put(
                            Renderers.HTML,
                            "<figure><audio controls preload=\"metadata\" aria-label=\""
                                    + Html.attribute(audio.description())
                                    + "\" src=\"data:audio/wav;base64,"
                                    + Base64.getEncoder().encodeToString(audio.wav()) + "\">" + says
                                    + "</audio><figcaption>" + says + "</figcaption></figure>");
        }
        return bundle;
    }
}
