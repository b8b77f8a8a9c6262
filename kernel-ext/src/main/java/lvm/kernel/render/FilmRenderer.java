package lvm.kernel.render;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import lvm.kernel.render.Renderers.Bundle;
import lvm.plot.Film;
import lvm.plot.Picture;

/**
 * Films as HTML that plays without a kernel and without a script: each frame is an image behind a radio button, the buttons
 * are the slider, and the style sheet shows the image of the checked one, or one after the other while "play" is checked. The one line of
 * script lets the slider be drawn with the mouse; nothing else hangs on it. Where a front end takes the style sheet or the buttons away, as
 * those of Jupyter do in a notebook that is not trusted, the images stand side by side with their captions: only frames behind a button
 * are hidden, and buttons are hidden by an attribute that the style sheet undoes. The poster is the PNG.
 */
final class FilmRenderer {
    /** How wide the frames are side by side. */
    private static final int SHEET_WIDTH = 200;

    private static final String STYLE = """
            .lvm-film[style]{display:grid;width:var(--w);max-width:100%;align-items:center;
             grid-template-columns:1.6em 1.6em repeat(var(--k),minmax(0,1fr))}
            .lvm-film[style]>br{display:none}
            .lvm-film>b{grid-row:1;grid-column:1/-1;text-align:center}
            .lvm-film>span{grid-column:1/-1}
            .lvm-film>input~span{grid-row:2;width:auto!important;visibility:hidden;font-variant-numeric:tabular-nums}
            .lvm-film>input~span>img{display:block;width:100%;max-width:none;height:auto;margin:0}
            .lvm-film>input~span>label{display:inline-block!important;margin:0;padding:0 .6em;font-weight:bold;cursor:pointer}
            .lvm-film>input~span>label::before{content:"\\2039"}
            .lvm-film>input~span>label+label::before{content:"\\203a"}
            .lvm-film>input{grid-row:3;display:block!important;-webkit-appearance:none;appearance:none;box-sizing:border-box;
             min-width:0;width:auto;height:1.6em;margin:0;padding:.45em 1px;border:0;border-radius:2px;color:inherit;
             background:currentColor content-box;opacity:.3;cursor:pointer;touch-action:pan-y}
            .lvm-film>.lvm-go{padding:.25em .3em;opacity:.7;
             background:linear-gradient(to top right,currentColor 49%,transparent 51%) top/100% 50% no-repeat content-box,
             linear-gradient(to bottom right,currentColor 49%,transparent 51%) bottom/100% 50% no-repeat content-box}
            .lvm-film>.lvm-hold{visibility:hidden;
             background:linear-gradient(90deg,currentColor 35%,transparent 35% 65%,currentColor 65%) content-box}
            .lvm-film>.lvm-go:checked,.lvm-film>.lvm-go:checked~.lvm-hold{visibility:visible}
            .lvm-film>input:checked{opacity:1}
            .lvm-film>input:focus-visible{outline:2px solid currentColor}
            .lvm-film>input:checked+span{visibility:visible}
            .lvm-film>.lvm-go:checked~span{animation:var(--f) var(--t) step-end var(--d) infinite}
            .lvm-film>.lvm-go:checked~.lvm-at{animation:var(--m) var(--t) step-end var(--d) infinite}
            .lvm-film>.lvm-hold:checked~span,.lvm-film>.lvm-hold:checked~.lvm-at{animation-play-state:paused}
            @media print{.lvm-film>input,.lvm-film>input~span>label{display:none!important}
            .lvm-film>input~span{visibility:hidden!important;animation:none!important}
            .lvm-film>.lvm-poster{visibility:visible!important}}
            """;

    private FilmRenderer() {}

    static Bundle render(Film film, Set<String> wanted) {
        Set<String> drawn = new HashSet<>(wanted);
        drawn.add(Renderers.PNG);
        Bundle bundle = DrawingRenderer.render(Drawing.of(film), drawn);
        // Without fonts there is a text only, which says why.
        if (wanted.contains(Renderers.HTML) && bundle.data().containsKey(Renderers.PNG)) {
            int poster = wanted.contains(Renderers.PNG) ? length(bundle.data().get(Renderers.PNG)) : 0;
            bundle.data().put(Renderers.HTML, html(film, Film.MOST_BYTES - poster));
        }
        if (!wanted.contains(Renderers.PNG)) {
            bundle.data().remove(Renderers.PNG);
            bundle.metadata().remove(Renderers.PNG);
        }
        return bundle;
    }

    private static int length(Object text) {
        return text.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /** At twice the resolution, or at the plain one where that is too long. */
    private static String html(Film film, int most) {
        int bytes = 0;
        for (int scale = DrawingRenderer.SCALE; scale >= 1; scale--) {
            List<String> images = new ArrayList<>();
            bytes = 0;
            // One image after the other, and no more of them when they are too much at this scale.
            for (int i = 0; i < film.frames().size() && (bytes <= most || scale == 1); i++) {
                images.add(DrawingRenderer.png(Drawing.of(film.frames().get(i)), scale));
                bytes += images.get(i).length();
            }
            if (bytes <= most) {
                String html = html(film, images);
                bytes = length(html);
                if (bytes <= most) {
                    return html;
                }
            }
        }
        Picture first = film.frames().get(0);
        throw new IllegalArgumentException(String.format(
                Locale.ROOT,
                "Film: %d frames of %d×%d pixels take %,d bytes in the notebook and the poster %,d, at most %,d are allowed;"
                        + " take fewer or smaller frames, or plainer ones",
                film.frames().size(),
                first.width(),
                first.height(),
                bytes,
                Film.MOST_BYTES - most,
                Film.MOST_BYTES));
    }

    private static String html(Film film, List<String> images) {
        int n = images.size();
        String name = Html.name(film.description() + String.join("", images));
        double seconds = n / film.framesPerSecond();
        StringBuilder html = new StringBuilder(
                4096 + images.stream().mapToInt(String::length).sum() + 800 * n);
        html.append("<div class=\"lvm-film\" role=\"group\" aria-label=\"")
                .append(Html.attribute(film.description()))
                .append(String.format(
                        Locale.ROOT,
                        "\" style=\"--w:%dpx;--k:%d;--t:%.6fs;--f:lvm-film-%d;--m:lvm-mark-%d\"",
                        film.width(),
                        n,
                        seconds,
                        n,
                        n))
                .append(" onpointermove=\"var e=document.elementFromPoint(event.clientX,event.clientY);")
                .append("if(event.buttons==1&amp;&amp;e&amp;&amp;e.id&amp;&amp;e.name=='")
                .append(name)
                .append("')e.checked=true\">\n<style>\n")
                .append(STYLE);
        // A frame ends a little late: two frames for a moment, never none.
        double end = 100.0 / n + 0.001;
        html.append(String.format(
                Locale.ROOT,
                "@keyframes lvm-film-%d{0%%{visibility:visible}%.4f%%{visibility:hidden}}\n"
                        + "@keyframes lvm-mark-%d{0%%{opacity:1}%.4f%%{opacity:.3}}\n</style>\n",
                n,
                end,
                n,
                end));
        if (!film.title().isBlank()) {
            html.append("<b>").append(Html.escape(film.title())).append("</b><br/>\n");
        }
        button(html, name, "class=\"lvm-go\" title=\"play\"");
        button(html, name, "class=\"lvm-go lvm-hold\" title=\"pause\"");
        for (int i = 0; i < n; i++) {
            // Begun before, so that each is shown when its turn comes; a moment more, so that the first is alone at
            // once.
            double delay = (i - n) / film.framesPerSecond() - 0.001;
            frame(html, film, i, name, images.get(i), String.format(Locale.ROOT, "--d:%.6fs", delay));
        }
        return html.append("</div>").toString();
    }

    private static void frame(StringBuilder html, Film film, int i, String name, String image, String delay) {
        int n = film.frames().size();
        Picture frame = film.frames().get(i);
        boolean poster = i == film.poster();
        int width = Math.min(SHEET_WIDTH, frame.width());
        long height = Math.round(frame.height() * (double) width / frame.width());
        String caption = film.caption(i);
        button(
                html,
                name,
                "id=\"" + name + i + "\" class=\"lvm-at\" title=\"" + Html.attribute(caption) + "\" aria-label=\""
                        + Html.attribute(caption) + "\" style=\"" + delay + "\""
                        + (poster ? " checked=\"checked\"" : ""));
        html.append("<span")
                .append(poster ? " class=\"lvm-poster\"" : "")
                .append(" style=\"display:inline-block;width:")
                .append(width)
                .append("px;")
                .append(delay)
                // The description stands right behind the image, where exports look whether there is one.
                .append("\"><img src=\"data:image/png;base64,")
                .append(image)
                .append("\" alt=\"")
                .append(Html.attribute(frame.description()))
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"")
                .append(height)
                .append("\" decoding=\"sync\"/>");
        step(html, name + (i + n - 1) % n, "back");
        step(html, name + (i + 1) % n, "forward");
        html.append(Html.escape(caption)).append("</span>\n");
    }

    private static void button(StringBuilder html, String name, String attributes) {
        html.append("<input type=\"radio\" hidden=\"hidden\" name=\"")
                .append(name)
                .append("\" ")
                .append(attributes)
                .append("/>\n");
    }

    private static void step(StringBuilder html, String to, String what) {
        html.append("<label hidden=\"hidden\" for=\"")
                .append(to)
                .append("\" title=\"")
                .append(what)
                .append("\"></label>");
    }
}
